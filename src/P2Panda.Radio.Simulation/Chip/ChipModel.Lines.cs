using System.Device.Gpio;

namespace P2Panda.Radio.Simulation.Chip;

/// <content>Interrupt flags and the DIO lines, which are levels: a flag that is set already makes no new edge (datasheet table 18).</content>
public sealed partial class ChipModel
{
    private const byte RxTimeout = 0x80;
    private const byte RxDone = 0x40;
    private const byte PayloadCrcError = 0x20;
    private const byte ValidHeader = 0x10;
    private const byte TxDone = 0x08;
    private const byte CadDone = 0x04;
    private const byte FhssChangeChannel = 0x02;
    private const byte CadDetected = 0x01;

    private readonly bool[] _levels = new bool[6];

    /// <summary>Called, with the ether locked, at every change of a DIO line.</summary>
    internal Action<int, bool>? LineChanged { get; set; }

    internal bool DioLevel(int line)
    {
        _ether.Enter();
        try
        {
            return (_fault & ChipFault.LinesDead) == 0 && _levels[line];
        }
        finally
        {
            _ether.Exit();
        }
    }

    private void Raise(int flags)
    {
        _registers[0x12] |= (byte)(flags & ~_registers[0x11]);
        UpdateLines();
    }

    private void ClearFlags(byte value)
    {
        if (_options.AnyFlagWriteClearsAll)
            _registers[0x12] = 0;
        else
            _registers[0x12] &= (byte)~value;
        UpdateLines();
    }

    private void UpdateLines()
    {
        for (var line = 0; line < _levels.Length; line++)
        {
            var level = !_held && IsLora && LevelOf(line);
            if (level == _levels[line])
                continue;
            _levels[line] = level;
            LineChanged?.Invoke(line, level);
            var pin = _options.Pins.Dio(line);
            var edge = level ? PinEventTypes.Rising : PinEventTypes.Falling;
            if (pin >= 0 && (_fault & ChipFault.LinesDead) == 0 && _lines.IsWatched(pin, edge))
                _ether.Notify(() => _lines.RaiseEdge(pin, edge));
        }
    }

    private bool LevelOf(int line)
    {
        var mapping = line < 4 ? (_registers[0x40] >> (6 - 2 * line)) & 3 : (_registers[0x41] >> (6 - 2 * (line - 4))) & 3;
        var flags = (line, mapping) switch
        {
            (0, 0) => RxDone,
            (0, 1) => TxDone,
            (0, 2) => CadDone,
            (1, 0) => RxTimeout,
            (1, 1) => FhssChangeChannel,
            (1, 2) => CadDetected,
            (2, < 3) => FhssChangeChannel,
            (3, 0) => CadDone,
            (3, 1) => ValidHeader,
            (3, 2) => PayloadCrcError,
            (4, 0) => CadDetected,
            _ => 0,
        };
        return (line, mapping) switch
        {
            (4, 1 or 2) => Mode >= 2,
            (5, 0) => true,
            _ => (_registers[0x12] & flags) != 0,
        };
    }
}
