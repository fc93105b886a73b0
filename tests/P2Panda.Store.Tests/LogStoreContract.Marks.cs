using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>Durable marks.</summary>
public abstract partial class LogStoreContract
{
    [Fact]
    public async Task Marks_are_read_as_written_and_kinds_never_meet()
    {
        var marks = (await OpenAsync()).Marks;
        marks.Read(MarkKind.Counter, "a"u8).ShouldBeNull();

        marks.Write(MarkKind.Counter, "b"u8, [1, 2]);
        marks.Write(MarkKind.Counter, "a"u8, [3]);
        marks.Write(MarkKind.Ledger, "a"u8, []);
        marks.Write(MarkKind.Counter, "b"u8, [4]);

        marks.Read(MarkKind.Counter, "b"u8).ShouldBe([4]);
        marks.Read(MarkKind.Ledger, "a"u8).ShouldBe([]);
        marks.ReadAll(MarkKind.Counter).Select(mark => (mark.Key[0], mark.Value[0])).ShouldBe([((byte)'a', (byte)3), ((byte)'b', (byte)4)]);
        marks.ReadAll(MarkKind.Trust).ShouldBeEmpty();

        marks.Remove(MarkKind.Counter, "b"u8);
        marks.Remove(MarkKind.Counter, "never"u8);
        marks.Read(MarkKind.Counter, "b"u8).ShouldBeNull();
    }

    [Fact]
    public async Task Marks_have_a_largest_name_and_value()
    {
        var marks = (await OpenAsync()).Marks;
        var name = new byte[IDurableMarks.MaxNameLength];
        var value = new byte[IDurableMarks.MaxValueLength];

        marks.Write(MarkKind.Trust, name, value);
        marks.Read(MarkKind.Trust, name).ShouldBe(value);
        Should.Throw<ArgumentOutOfRangeException>(() => marks.Write(MarkKind.Trust, new byte[name.Length + 1], value));
        Should.Throw<ArgumentOutOfRangeException>(() => marks.Write(MarkKind.Trust, name, new byte[value.Length + 1]));
    }
}
