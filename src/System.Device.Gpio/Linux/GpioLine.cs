using System.Buffers.Binary;
using System.Device.Gpio;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace System.Device.Linux;

/// <summary>One requested line of a GPIO character device (linux/gpio.h, version 2).</summary>
internal sealed unsafe class GpioLine : IDisposable
{
    private const nuint GetLine = 0xc250b407;
    private const nuint SetConfig = 0xc110b40d;
    private const nuint GetValues = 0xc010b40e;
    private const nuint SetValues = 0xc010b40f;
    private const int RequestSize = 592;
    private const int ConfigSize = 272;
    private const int ConsumerAt = 256;
    private const int ConfigAt = 288;
    private const int LineCountAt = 560;
    private const int DescriptorAt = 588;
    private const int AttributeCountAt = 8;
    private const int AttributesAt = 32;
    private const uint OutputValuesAttribute = 2;
    private const ulong Input = 1 << 2;
    private const ulong Output = 1 << 3;
    private const ulong RisingEdge = 1 << 4;
    private const ulong FallingEdge = 1 << 5;
    private const ulong PullUp = 1 << 8;
    private const ulong PullDown = 1 << 9;

    private readonly int _number;
    private PinEventTypes _edges;

    public GpioLine(SafeFileHandle chip, int number)
    {
        _number = number;
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)number);
        Encoding.ASCII.GetBytes("p2panda-radio", request[ConsumerAt..]);
        BinaryPrimitives.WriteUInt64LittleEndian(request[ConfigAt..], Input);
        BinaryPrimitives.WriteUInt32LittleEndian(request[LineCountAt..], 1);
        fixed (byte* start = request)
        {
            LibC.Control(chip, GetLine, start, $"request GPIO line {number}");
        }

        File = new SafeFileHandle(BinaryPrimitives.ReadInt32LittleEndian(request[DescriptorAt..]), ownsHandle: true);
    }

    public SafeFileHandle File { get; }

    public PinMode Mode { get; private set; }

    public void Configure(PinMode mode, bool level)
    {
        Mode = mode;
        Apply(level);
    }

    public void Watch(PinEventTypes edges)
    {
        if (edges == _edges)
            return;
        _edges = edges;
        Apply(level: false);
    }

    public bool Read()
    {
        var values = stackalloc ulong[2];
        values[0] = 0;
        values[1] = 1;
        LibC.Control(File, GetValues, values, $"read GPIO line {_number}");
        return (values[0] & 1) != 0;
    }

    public void Write(bool level)
    {
        var values = stackalloc ulong[2];
        values[0] = level ? 1UL : 0;
        values[1] = 1;
        LibC.Control(File, SetValues, values, $"write GPIO line {_number}");
    }

    public void Dispose() => File.Dispose();

    private void Apply(bool level)
    {
        var flags = Mode switch
        {
            PinMode.Output => Output,
            PinMode.InputPullUp => Input | PullUp,
            PinMode.InputPullDown => Input | PullDown,
            _ => Input,
        };
        if (Mode != PinMode.Output)
        {
            flags |= (_edges & PinEventTypes.Rising) != 0 ? RisingEdge : 0;
            flags |= (_edges & PinEventTypes.Falling) != 0 ? FallingEdge : 0;
        }

        Span<byte> config = stackalloc byte[ConfigSize];
        config.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(config, flags);
        if (Mode == PinMode.Output)
        {
            // The level goes with the direction, so that the line makes no step of its own.
            BinaryPrimitives.WriteUInt32LittleEndian(config[AttributeCountAt..], 1);
            BinaryPrimitives.WriteUInt32LittleEndian(config[AttributesAt..], OutputValuesAttribute);
            BinaryPrimitives.WriteUInt64LittleEndian(config[(AttributesAt + 8)..], level ? 1UL : 0);
            BinaryPrimitives.WriteUInt64LittleEndian(config[(AttributesAt + 16)..], 1);
        }

        fixed (byte* start = config)
        {
            LibC.Control(File, SetConfig, start, $"set GPIO line {_number} to {Mode}");
        }
    }
}
