namespace System.Device.Gpio
{
    public record GpioChipInfo(int Id, string Name, string Label, int NumLines);
}

namespace System.Device.Gpio.Drivers
{
    public class LibGpiodV2Driver : GpioDriver
    {
        public LibGpiodV2Driver(int chipNumber) => throw null!;

        public LibGpiodV2Driver(GpioChipInfo chipInfo) => throw null!;

        public static IList<GpioChipInfo> GetAvailableChips() => throw null!;
    }
}
