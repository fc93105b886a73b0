using System.Collections.Concurrent;
using System.Reflection;

namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// Predicts text bit by bit: adaptive probabilities in the contexts of the last 0 to 5 bytes and of the current word, mixed by weights that
/// learn (context mixing, after Mahoney's PAQ). Begins with what a common priming text has taught it, and with nothing else, so that every
/// gateway predicts the same. All arithmetic is on integers (PROTOCOL.md, "Coded strings").
/// </summary>
internal sealed class TextModel
{
    private const int Contexts = 7;
    private const int TableBits = 17;
    private const int MaxCount = 60;
    private const int LearningRate = 12;
    private const int InitialWeight = 20_000;

    // 4096 / (1 + e^(−(i − 16) / 2)), rounded.
    private static readonly int[] Logistic =
    [
        1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048, 2550, 2994, 3349, 3608, 3785, 3902, 3976, 4022, 4051,
        4069, 4079, 4086, 4090, 4092, 4094, 4095,
    ];

    private static readonly short[] StretchTable = BuildStretch();
    private static readonly int[] Rates = [.. Enumerable.Range(0, MaxCount + 1).Select(count => 131_072 / ((2 * count) + 3))];
    private static readonly Lazy<TextModel> Primed = new(Prime);
    private static readonly ConcurrentBag<TextModel> Idle = [];

    private readonly ushort[] _probabilities;
    private readonly byte[] _counts;
    private readonly int[] _weights;
    private readonly uint[] _hashes = new uint[Contexts];
    private readonly int[] _slots = new int[Contexts];
    private readonly int[] _inputs = new int[Contexts];
    private readonly List<(int Slot, ushort Probability, byte Count)> _changes = [];
    private ulong _history;
    private uint _word;
    private int _partial = 1;
    private int _weightSet;
    private int _prediction;

    private TextModel(ushort[] probabilities, byte[] counts, int[] weights)
    {
        _probabilities = probabilities;
        _counts = counts;
        _weights = weights;
        EndByte();
    }

    /// <summary>A model that knows the priming text and nothing else; give it back with <see cref="Return"/>.</summary>
    public static TextModel Rent()
    {
        var primed = Primed.Value;
        return Idle.TryTake(out var model) ? model : new TextModel(
            (ushort[])primed._probabilities.Clone(), (byte[])primed._counts.Clone(), (int[])primed._weights.Clone());
    }

    /// <summary>Forgets what was learned since <see cref="Rent"/> and gives the model back.</summary>
    public static void Return(TextModel model)
    {
        // Undoing a line's few thousand changes is far cheaper than copying the tables.
        for (var index = model._changes.Count - 1; index >= 0; index--)
        {
            var (slot, probability, count) = model._changes[index];
            (model._probabilities[slot], model._counts[slot]) = (probability, count);
        }

        model._changes.Clear();
        Primed.Value._weights.CopyTo(model._weights, 0);
        (model._history, model._word) = (0, 0);
        model.EndByte();
        Idle.Add(model);
    }

    /// <summary>Probability that the next bit is 1, in 1/4096, from 1 to 4095.</summary>
    public int Predict()
    {
        var known = 0;
        for (var context = 0; context < Contexts; context++)
        {
            var slot = (context << TableBits) |
                (int)(unchecked((_hashes[context] + (uint)_partial) * 0x9E3779B1u) >> (32 - TableBits));
            _slots[context] = slot;
            _inputs[context] = _counts[slot] == 0 ? 0 : StretchTable[_probabilities[slot] >> 4];
            known += _counts[slot] == 0 ? 0 : 1;
        }

        _weightSet = known * Contexts;
        var sum = 0L;
        for (var context = 0; context < Contexts; context++)
        {
            sum += (long)_weights[_weightSet + context] * _inputs[context];
        }

        _prediction = Squash((int)Math.Clamp(sum >> 16, -2047, 2047));
        return _prediction;
    }

    /// <summary>Learns the bit that was predicted.</summary>
    public void Update(int bit)
    {
        var error = ((bit << 12) - _prediction) * LearningRate;
        for (var context = 0; context < Contexts; context++)
        {
            _weights[_weightSet + context] += ((_inputs[context] * error) + 0x8000) >> 16;
            var slot = _slots[context];
            _changes.Add((slot, _probabilities[slot], _counts[slot]));
            var target = bit == 0 ? 0 : 65_535;
            _probabilities[slot] = (ushort)(_probabilities[slot] + (((target - _probabilities[slot]) * (long)Rates[_counts[slot]]) >> 16));
            if (_counts[slot] < MaxCount)
            {
                _counts[slot]++;
            }
        }

        _partial = (_partial << 1) | bit;
        if (_partial > 255)
        {
            var value = (byte)_partial;
            _history = (_history << 8) | value;
            _word = char.IsAsciiLetter((char)value) || value > 127 ? unchecked((_word + (uint)(value | 0x20)) * 0x2F0B4C47u) : 0;
            EndByte();
        }
    }

    private void EndByte()
    {
        _partial = 1;
        for (var order = 0; order < Contexts - 1; order++)
        {
            _hashes[order] = Hash(order == 0 ? 0 : _history & ((1UL << (8 * order)) - 1), order);
        }

        _hashes[Contexts - 1] = Hash(_word, Contexts - 1);
    }

    private static uint Hash(ulong value, int context) =>
        unchecked((uint)(((value + 1) * 0x9E3779B97F4A7C15UL * (ulong)(context + 1)) >> 32) & 0xFFFFFF00u);

    private static TextModel Prime()
    {
        var model = new TextModel(
            Enumerable.Repeat((ushort)32_768, Contexts << TableBits).ToArray(),
            new byte[Contexts << TableBits],
            Enumerable.Repeat(InitialWeight, (Contexts + 1) * Contexts).ToArray());
        foreach (var value in PrimingText())
        {
            for (var shift = 7; shift >= 0; shift--)
            {
                model.Predict();
                model.Update((value >> shift) & 1);
            }
        }

        return model;
    }

    /// <summary>The priming text, UTF-8.</summary>
    internal static byte[] PrimingText()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("P2Panda.Radio.Air.Compression.priming.txt")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static int Squash(int stretched)
    {
        var index = (stretched >> 7) + 16;
        var fraction = stretched & 127;
        return Math.Clamp(((Logistic[index] * (128 - fraction)) + (Logistic[index + 1] * fraction) + 64) >> 7, 1, 4095);
    }

    private static short[] BuildStretch()
    {
        var table = new short[4096];
        var next = 0;
        for (var stretched = -2047; stretched <= 2047; stretched++)
        {
            for (var end = Squash(stretched); next <= end; next++)
            {
                table[next] = (short)stretched;
            }
        }

        Array.Fill(table, (short)2047, next, 4096 - next);
        return table;
    }
}
