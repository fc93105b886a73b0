using System.Device.Gpio;
using System.Device.Spi;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Sx127x.Tests.Boards;

public sealed class GpioSelectedSpiDeviceTests
{
    private readonly List<string> _story = [];

    [Fact]
    public void TheLineIsLowAroundEveryTransferAndHighAfterwardsWhateverHappens()
    {
        var gpio = new GpioController(new Lines(_story));
        var bus = new Bus(_story);
        using (var spi = new GpioSelectedSpiDevice(bus, gpio, 25))
        {
            spi.Write([1, 2]);
            spi.Read(new byte[3]);
            spi.TransferFullDuplex([1], new byte[1]);
            bus.Fails = true;
            Should.Throw<IOException>(() => spi.Write([1]));
            spi.ConnectionSettings.BusId.ShouldBe(7);
        }

        _story.ShouldBe(["open", "output 1", "0", "write 2", "1", "0", "read 3", "1", "0", "exchange 1", "1", "0", "write 1", "1", "bus closed", "close"]);
    }

    private sealed class Bus(List<string> story) : SpiDevice
    {
        public bool Fails { get; set; }

        public override SpiConnectionSettings ConnectionSettings { get; } = new(7);

        public override void Read(Span<byte> buffer) => story.Add($"read {buffer.Length}");

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            story.Add($"write {buffer.Length}");
            if (Fails)
                throw new IOException("gone");
        }

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => story.Add($"exchange {writeBuffer.Length}");

        protected override void Dispose(bool disposing)
        {
            story.Add("bus closed");
            base.Dispose(disposing);
        }
    }

    private sealed class Lines(List<string> story) : GpioDriver
    {
        protected override int PinCount => 54;

        protected override void OpenPin(int pinNumber) => story.Add("open");

        protected override void ClosePin(int pinNumber) => story.Add("close");

        protected override void SetPinMode(int pinNumber, PinMode mode) => story.Add(mode == PinMode.Output ? "output" : "input");

        protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue) => story.Add(initialValue == PinValue.High ? "output 1" : "output 0");

        protected override PinMode GetPinMode(int pinNumber) => PinMode.Output;

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => PinValue.Low;

        protected override void Write(int pinNumber, PinValue value) => story.Add(value == PinValue.High ? "1" : "0");

        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();

        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotSupportedException();

        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw new NotSupportedException();
    }
}
