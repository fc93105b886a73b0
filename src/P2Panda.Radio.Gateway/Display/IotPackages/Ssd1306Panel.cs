using System.Device.I2c;
using Iot.Device.Ssd13xx.Commands;
using Iot.Device.Ssd13xx.Commands.Ssd1306Commands;

namespace P2Panda.Radio.Gateway.Display;

/// <summary>
/// An SSD1306 of 128 × 32 pixels, by the commands of Iot.Device.Bindings. Compiled with <c>-p:UseIotPackages=true</c>. The package's own
/// Ssd1306 class is not used: it demands a graphics library as soon as it is constructed.
/// </summary>
internal sealed class Ssd1306Panel : IStatusPanel
{
    // First byte of a transfer (datasheet, section 8.1.5.2): all that follows are commands, or all is data.
    private const byte Commands = 0x00;
    private const byte Data = 0x40;

    private readonly I2cDevice _device;

    private Ssd1306Panel(I2cDevice device) => _device = device;

    /// <summary>Sets the display up, which is also how one finds out whether it answers. It stays dark until something is shown.</summary>
    /// <param name="device">The display on its bus; it is disposed with the panel, or at once when it does not answer.</param>
    /// <exception cref="IOException">It does not answer.</exception>
    public static Ssd1306Panel Open(I2cDevice device)
    {
        var panel = new Ssd1306Panel(device);
        try
        {
            // What a reset leaves right for such a display (clock, contrast, voltages) is left alone.
            panel.Send(
                new SetDisplayOff(),
                new SetMultiplexRatio(TextScreen.Height - 1),
                new SetDisplayOffset(0),
                new SetDisplayStartLine(0),
                new SetComPinsHardwareConfiguration(alternativeComPinConfiguration: false, enableLeftRightRemap: false),
                new SetSegmentReMap(columnAddress127: true),
                new SetComOutputScanDirection(normalMode: false),
                new SetMemoryAddressingMode(SetMemoryAddressingMode.AddressingMode.Horizontal),
                new EntireDisplayOn(entireDisplay: false),
                new SetNormalDisplay(),
                new SetChargePump(enableChargePump: true));
            return panel;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Show(TextScreen screen)
    {
        // The window is set anew each time, since a transfer that broke off leaves the pointers anywhere.
        Send(new SetColumnAddress(0, TextScreen.Width - 1), new SetPageAddress(PageAddress.Page0, PageAddress.Page3));
        for (var row = 0; row < TextScreen.Rows; row++)
        {
            _device.Write([Data, .. screen.Row(row)]);
        }

        Send(new SetDisplayOn());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Send(new SetDisplayOff());
        }
        catch (IOException)
        {
            // It has gone; there is nothing left to darken.
        }

        _device.Dispose();
    }

    private void Send(params ReadOnlySpan<ICommand> commands)
    {
        List<byte> transfer = [Commands];
        foreach (var command in commands)
        {
            transfer.AddRange(command.GetBytes());
        }

        _device.Write([.. transfer]);
    }
}
