using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Tests.Regulation;

/// <summary>Marks in memory that fail on demand.</summary>
internal sealed class MemoryMarks : IDurableMarks
{
    private readonly Dictionary<(MarkKind Kind, string Name), byte[]> _values = [];

    public int Writes { get; private set; }

    public int LongestValue { get; private set; }

    public bool FailWrites { get; set; }

    public byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name) => _values.GetValueOrDefault((kind, Convert.ToHexString(name)));

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind) =>
        [.. _values.Where(pair => pair.Key.Kind == kind).Select(pair => KeyValuePair.Create(Convert.FromHexString(pair.Key.Name), pair.Value))];

    public void Write(MarkKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (FailWrites)
        {
            throw new IOException("disk full");
        }

        value.Length.ShouldBeLessThanOrEqualTo(IDurableMarks.MaxValueLength);
        Writes++;
        LongestValue = Math.Max(LongestValue, value.Length);
        _values[(kind, Convert.ToHexString(name))] = value.ToArray();
    }

    public void Remove(MarkKind kind, ReadOnlySpan<byte> name) => _values.Remove((kind, Convert.ToHexString(name)));

    public void Forget() => _values.Clear();

    public void Damage()
    {
        foreach (var value in _values.Values)
        {
            value[value.Length / 2] ^= 0x40;
        }
    }
}
