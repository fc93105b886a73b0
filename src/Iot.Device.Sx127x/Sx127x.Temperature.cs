namespace Iot.Device.Sx127x;

/// <content>The thermometer, which only works in FSK receive mode (datasheet 5.5.7).</content>
public sealed partial class Sx127x
{
    private const byte TempMonitorOff = 0x01;
    private static readonly TimeSpan TemperatureTime = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// Temperature of the die in degrees Celsius, to be calibrated at one point. Ends in standby; takes a few milliseconds in which nothing
    /// is received.
    /// </summary>
    public int ReadTemperature()
    {
        var image = RequireImage();
        WriteRegister(Register.OpMode, LongRangeMode | (byte)OperatingMode.Sleep);
        WriteRegister(Register.OpMode, (byte)OperatingMode.Sleep);
        WriteRegister(Register.OpMode, (byte)OperatingMode.Standby);
        _wait(ModeChange);
        WriteRegister(Register.OpMode, (byte)OperatingMode.FrequencySynthesisReceive);
        const Register ImageCal = Register.InvertIq2;
        var monitor = ReadRegister(ImageCal);
        WriteRegister(ImageCal, (byte)(monitor & ~TempMonitorOff));
        _wait(TemperatureTime);
        WriteRegister(ImageCal, (byte)(monitor | TempMonitorOff));
        WriteRegister(Register.OpMode, (byte)OperatingMode.Sleep);
        var value = (sbyte)ReadRegister(Register.Temperature);
        WriteRegister(Register.OpMode, LongRangeMode | (byte)OperatingMode.Sleep);
        _wait(ModeChange);
        // The shared addresses were written on the other page.
        Array.Fill(_written, (short)-1);
        WriteImage(image);
        EnterMode(OperatingMode.Standby);
        return -value;
    }
}
