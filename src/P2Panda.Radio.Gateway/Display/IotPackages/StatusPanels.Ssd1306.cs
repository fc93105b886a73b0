using System.Device.I2c;

namespace P2Panda.Radio.Gateway.Display;

internal static partial class StatusPanels
{
    // GPIO 2 and 3 are bus 1 on every Raspberry Pi that .NET runs on; 0x3C is what the boards in hardware/boards strap.
    private const int Bus = 1;
    private const int Address = 0x3C;

    static partial void FindSsd1306(ref Func<IStatusPanel>? open) =>
        open = () => Ssd1306Panel.Open(I2cDevice.Create(new I2cConnectionSettings(Bus, Address)));
}
