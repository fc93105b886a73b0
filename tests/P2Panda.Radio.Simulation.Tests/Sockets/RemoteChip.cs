using System.Collections.Concurrent;
using System.Device.Gpio;
using System.Device.Spi;
using System.Net.Sockets;
using System.Text;

namespace P2Panda.Radio.Simulation.Tests.Sockets;

/// <summary>What a driver in another process sees of a chip: an SPI device and pins (0 is reset, 1 is DIO0), over the chip's socket.</summary>
internal sealed class RemoteChip : SpiDevice
{
    public const int Reset = 0;
    public const int Dio0 = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly BlockingCollection<string> _answers = [];
    private readonly Lock _gate = new();
    private readonly Thread _reader;

    public RemoteChip(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        Pins = new Lines(this);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public override SpiConnectionSettings ConnectionSettings { get; } = new(0);

    public Lines Pins { get; }

    public string Ask(string line)
    {
        lock (_gate)
        {
            _socket.Send(Encoding.ASCII.GetBytes(line + "\n"));
            return _answers.TryTake(out var answer, Patience) ? answer : throw new TimeoutException($"No answer to '{line}'.");
        }
    }

    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        var answer = Ask("spi " + Convert.ToHexString(writeBuffer)).Split(' ');
        answer[0].ShouldBe("spi");
        Convert.FromHexString(answer[1]).CopyTo(readBuffer);
    }

    protected override void Dispose(bool disposing)
    {
        _socket.Dispose();
        base.Dispose(disposing);
    }

    private void Read()
    {
        try
        {
            using var reader = new StreamReader(new NetworkStream(_socket), Encoding.ASCII);
            while (reader.ReadLine() is { } line)
            {
                if (line == "edge dio0 1")
                    ThreadPool.QueueUserWorkItem(_ => Pins.Rise());
                else if (!line.StartsWith("edge", StringComparison.Ordinal))
                    _answers.Add(line);
            }
        }
        catch (IOException)
        {
            // Closed.
        }
    }

    internal sealed class Lines(RemoteChip chip) : GpioDriver
    {
        private readonly List<PinChangeEventHandler> _handlers = [];
        private PinMode _reset;

        protected override int PinCount => 2;

        public void Rise()
        {
            PinChangeEventHandler[] handlers;
            lock (_handlers)
                handlers = [.. _handlers];
            foreach (var handler in handlers)
                handler(this, new PinValueChangedEventArgs(PinEventTypes.Rising, Dio0));
        }

        protected override void OpenPin(int pinNumber)
        {
        }

        protected override void ClosePin(int pinNumber)
        {
        }

        protected override void SetPinMode(int pinNumber, PinMode mode)
        {
            if (pinNumber == Reset && _reset != mode && mode != PinMode.Output)
                chip.Ask("reset release").ShouldBe("ok");
            if (pinNumber == Reset)
                _reset = mode;
        }

        protected override PinMode GetPinMode(int pinNumber) => pinNumber == Reset ? _reset : PinMode.Input;

        protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

        protected override PinValue Read(int pinNumber) => chip.Ask("pins")["pins ".Length] == '1';

        protected override void Write(int pinNumber, PinValue value) => chip.Ask(value == PinValue.High ? "reset high" : "reset low").ShouldBe("ok");

        protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
        {
            lock (_handlers)
                _handlers.Add(callback);
        }

        protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
        {
            lock (_handlers)
                _handlers.Remove(callback);
        }
    }
}
