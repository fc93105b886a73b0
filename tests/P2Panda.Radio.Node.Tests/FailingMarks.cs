using P2Panda.Core.Logs;
using P2Panda.Store;

namespace P2Panda.Radio.Node.Tests;

/// <summary>Marks that can be read and, once told so, not written.</summary>
internal sealed class FailingMarks(IDurableMarks marks) : IDurableMarks
{
    public bool Fails { get; set; }

    public byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name) => marks.Read(kind, name);

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind) => marks.ReadAll(kind);

    public void Write(MarkKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Check();
        marks.Write(kind, name, value);
    }

    public void Remove(MarkKind kind, ReadOnlySpan<byte> name)
    {
        Check();
        marks.Remove(kind, name);
    }

    private void Check()
    {
        if (Fails)
        {
            throw new StoreException(StoreFailure.Unreachable, "away for a test");
        }
    }
}
