using System.Device.Gpio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Simulation.Tests.Chip;

/// <summary>A chip driven by hand over its SPI bus and lines, as on a bench; another one beside it to talk to.</summary>
internal sealed class RawChip : IDisposable
{
    public const byte TxDone = 0x08;
    public const byte RxDone = 0x40;

    public RawChip(SimulatedEther ether, string name, ChipOptions? options = null)
    {
        Model = new ChipModel(ether, name, options);
        Gpio = new GpioController(Model.Lines);
        Gpio.OpenPin(Model.Pins.Reset, PinMode.Input);
        foreach (var pin in (int[])[Model.Pins.Dio0, Model.Pins.Dio1, Model.Pins.Dio2, Model.Pins.Dio3, Model.Pins.Dio4, Model.Pins.Dio5])
            Gpio.OpenPin(pin, PinMode.InputPullDown);
    }

    public ChipModel Model { get; }

    public GpioController Gpio { get; }

    public static (VirtualTimeProvider Time, RawChip A, RawChip B) Pair(ChipOptions? a = null, ChipOptions? b = null)
    {
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time);
        var first = new RawChip(ether, "A", a);
        var second = new RawChip(ether, "B", b);
        ether.ConnectAll();
        return (time, first, second);
    }

    public byte Read(byte address)
    {
        Span<byte> miso = stackalloc byte[2];
        Model.Spi.TransferFullDuplex([address, 0], miso);
        return miso[1];
    }

    public byte[] Read(byte address, int count)
    {
        var mosi = new byte[count + 1];
        var miso = new byte[count + 1];
        mosi[0] = address;
        Model.Spi.TransferFullDuplex(mosi, miso);
        return miso[1..];
    }

    public byte Write(byte address, params ReadOnlySpan<byte> values)
    {
        byte[] mosi = [(byte)(address | 0x80), .. values];
        var miso = new byte[mosi.Length];
        Model.Spi.TransferFullDuplex(mosi, miso);
        return miso[1];
    }

    public bool Line(int dio) => Gpio.Read(Model.Pins.Dio(dio)) == PinValue.High;

    /// <summary>LoRa at SF7, 125 kHz, 4/5, with CRC, in standby.</summary>
    public RawChip ToLora()
    {
        Write(0x01, 0x80);
        Write(0x1E, 0x74);
        Write(0x31, 0x43);
        Write(0x0E, 0);
        Write(0x01, 0x81);
        return this;
    }

    public void Send(params ReadOnlySpan<byte> payload)
    {
        Write(0x01, 0x81);
        Write(0x0D, 0);
        Write(0x00, payload);
        Write(0x22, (byte)payload.Length);
        Write(0x12, 0xFF);
        Write(0x01, 0x83);
    }

    public byte[] Packet()
    {
        Write(0x0D, Read(0x10));
        return Read(0x00, Read(0x13));
    }

    public void PulseReset(VirtualTimeProvider time, bool activeHigh = false)
    {
        Gpio.SetPinMode(Model.Pins.Reset, PinMode.Output);
        Gpio.Write(Model.Pins.Reset, activeHigh ? PinValue.High : PinValue.Low);
        time.RunFor(TimeSpan.FromMilliseconds(1));
        Gpio.SetPinMode(Model.Pins.Reset, PinMode.Input);
    }

    public void Dispose()
    {
        Gpio.Dispose();
        Model.Dispose();
    }
}
