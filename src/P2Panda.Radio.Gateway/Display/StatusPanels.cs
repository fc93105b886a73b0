namespace P2Panda.Radio.Gateway.Display;

/// <summary>The displays this build can drive.</summary>
internal static partial class StatusPanels
{
    /// <summary>Opens an SSD1306 on a Raspberry Pi's header; none unless built with <c>-p:UseIotPackages=true</c>.</summary>
    public static Func<IStatusPanel>? Ssd1306
    {
        get
        {
            Func<IStatusPanel>? open = null;
            FindSsd1306(ref open);
            return open;
        }
    }

    // Without the file that implements it the compiler leaves out the call.
    static partial void FindSsd1306(ref Func<IStatusPanel>? open);
}
