using System.Device.Gpio;
using System.Device.Spi;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Chip;

/// <summary>
/// An SX1276 or SX1272 at the level of its pins: what a driver writes over <see cref="Spi"/> and does to the reset line, it can read back,
/// sees on the DIO lines, and sends through the <see cref="SimulatedEther"/>. LoRa is modelled whole but for frequency hopping; of FSK there
/// is what LoRa drivers use: image calibration, temperature, RSSI, ModeReady.
/// </summary>
/// <remarks>
/// What a driver must not do is recorded in <see cref="Violations"/>, never thrown. The model sleeps nowhere: whatever takes time is a timer
/// of the ether's clock.
/// </remarks>
public sealed partial class ChipModel : IDisposable
{
    private const int FifoSize = 256;
    private const int ViolationCapacity = 1000;
    private const byte LongRangeMode = 0x80;
    private const byte AccessSharedRegisters = 0x40;
    private const byte LowFrequencyMode = 0x08;

    private readonly SimulatedEther _ether;
    private readonly EtherStation _station;
    private readonly ChipOptions _options;
    private readonly ModelGpioDriver _lines;
    private readonly Dice _noise;
    private readonly List<ChipViolation> _violations = [];
    private readonly byte[] _registers;
    private readonly byte[] _fskPage;
    private readonly byte[] _fifo = new byte[FifoSize];
    private readonly EtherTimer _operation;
    private readonly EtherTimer _header;
    private bool _held;
    private TimeSpan _readyAt;
    private bool _lowFrequencyFsk = true;
    private bool _lowFrequencyLora;
    private long _transfers;
    private long _bytes;
    private ChipFault _fault;

    /// <summary>Puts a chip on an ether, as station <paramref name="name"/>, just powered up.</summary>
    public ChipModel(SimulatedEther ether, string name, ChipOptions? options = null)
    {
        _ether = ether ?? throw new ArgumentNullException(nameof(ether));
        _options = options ?? new ChipOptions();
        _station = ether.AddStation(name, _options.CrystalErrorPpm);
        _station.Owner = new Antenna(this);
        // Dice of the chip's own, so that what it does with noise never changes what the ether does.
        _noise = new Dice(Dice.Mix(ether.Options.Seed + (ulong)_station.Index));
        _registers = new byte[0x80];
        _fskPage = new byte[0x40];
        _operation = new EtherTimer(ether, OperationDue);
        _header = new EtherTimer(ether, HeaderDue);
        _lines = new ModelGpioDriver(this, _options.Pins);
        Spi = new ModelSpiDevice(this);
        LoadResetValues();
    }

    /// <summary>The SPI device.</summary>
    public SpiDevice Spi { get; }

    /// <summary>The chip's lines as a GPIO chip; wrap it in a <see cref="GpioController"/>.</summary>
    public GpioDriver Lines => _lines;

    /// <summary>Numbers of the lines.</summary>
    public ChipPins Pins => _options.Pins;

    /// <summary>The antenna.</summary>
    public EtherStation Station => _station;

    /// <summary>Traffic on the SPI bus since the chip was made.</summary>
    public SpiCounters Counters => new(_transfers, _bytes);

    /// <summary>What drivers did that they must not, up to a thousand.</summary>
    public IReadOnlyList<ChipViolation> Violations => _violations;

    /// <summary>What is wrong with the chip; set it to break the chip, clear it to mend it.</summary>
    public ChipFault Fault
    {
        get => _fault;
        set
        {
            _ether.Enter();
            _fault = value & ~ChipFault.BrownOut;
            if ((value & ChipFault.BrownOut) != 0)
                BrownOut();
            _ether.Exit();
        }
    }

    /// <summary>Called, with the ether locked, whenever the chip enters a mode (the value of the mode register): for recording.</summary>
    internal Action<byte>? ModeEntered { get; set; }

    /// <summary>A register's content without side effects, LoRa page.</summary>
    public byte Peek(int address) => _registers[address & 0x7F];

    /// <summary>All registers without side effects, LoRa page.</summary>
    public byte[] PeekAll() => [.. _registers];

    /// <summary>A byte of the FIFO memory.</summary>
    public byte PeekFifo(int address) => _fifo[address & 0xFF];

    /// <inheritdoc/>
    public void Dispose()
    {
        _operation.Stop();
        _header.Stop();
        Spi.Dispose();
        _lines.Dispose();
    }

    /// <summary>One chip select: address byte, then data (datasheet 2.2). <paramref name="miso"/> may be empty.</summary>
    internal void Transfer(ReadOnlySpan<byte> mosi, Span<byte> miso)
    {
        _ether.Enter();
        try
        {
            _transfers++;
            _bytes += mosi.Length;
            if (_held || _ether.Now < _readyAt || (_fault & (ChipFault.BusStuckLow | ChipFault.BusStuckHigh)) != 0)
            {
                miso.Fill((_fault & ChipFault.BusStuckHigh) != 0 ? (byte)0xFF : (byte)0);
                return;
            }

            if (mosi.IsEmpty)
                return;
            var address = mosi[0] & 0x7F;
            var write = (mosi[0] & 0x80) != 0;
            if (!miso.IsEmpty)
                miso[0] = 0;
            for (var i = 1; i < mosi.Length; i++)
            {
                byte shifted;
                if (write)
                {
                    // While a register is written its old content is shifted out.
                    shifted = address == 0 ? _fifo[FifoPointer] : ReadPlain(address);
                    WriteRegister(address, mosi[i]);
                }
                else
                {
                    shifted = ReadRegister(address);
                }

                if (i < miso.Length)
                    miso[i] = (_fault & ChipFault.BusNoise) != 0 ? Disturb(shifted) : shifted;
                if (address != 0)
                    address = (address + 1) & 0x7F;
            }
        }
        finally
        {
            _ether.Exit();
        }
    }

    /// <summary>The host drives the reset line, or lets go of it (none).</summary>
    internal void DriveReset(bool? level)
    {
        _ether.Enter();
        try
        {
            var active = level is { } driven && driven == (_options.Variant == ChipVariant.Sx1272);
            if (active)
            {
                _held = true;
                Reset();
            }
            else if (_held)
            {
                _held = false;
                _readyAt = _ether.Now + _options.ReadyAfterReset;
            }
        }
        finally
        {
            _ether.Exit();
        }
    }

    private void Reset()
    {
        _operation.Cancel();
        _header.Cancel();
        _station.AbortTransmission();
        _station.StopListening(LossReason.NotListening);
        _fault &= ~ChipFault.Wedged;
        LoadResetValues();
        UpdateLines();
    }

    private void LoadResetValues()
    {
        ResetValues.Lora(_options.Variant).CopyTo(_registers, 0);
        ResetValues.Fsk().CopyTo(_fskPage, 0);
        if (_options.Version is { } version)
            _registers[0x42] = version;
        _lowFrequencyFsk = true;
        _lowFrequencyLora = false;
        _calibrating = false;
        _latchedFrequency = 0;
        LatchFrequency();
        Array.Clear(_fifo);
        _shownMode = _registers[0x01];
        _modeShownAt = TimeSpan.Zero;
        _operationKind = Operation.None;
    }

    private void BrownOut()
    {
        var mode = _registers[0x01];
        ResetValues.Lora(_options.Variant).AsSpan(0x02, 0x3E).CopyTo(_registers.AsSpan(0x02));
        _registers[0x01] = mode;
        UpdateLines();
    }

    private byte Disturb(byte value) =>
        _noise.NextDouble() < 0.01 ? (byte)(value ^ (1 << (int)(_noise.Next() & 7))) : value;

    private void Violate(string message, bool erratum = false)
    {
        if (_violations.Count < ViolationCapacity)
            _violations.Add(new ChipViolation(_ether.Now, erratum, message));
    }
}
