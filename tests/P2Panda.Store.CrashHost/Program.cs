using System.Buffers.Binary;
using System.Globalization;
using P2Panda.Core.Logs;
using P2Panda.Store;
using P2Panda.Store.Sqlite;
using P2Panda.Store.Tests;

// Appends for ever and says on standard output what it begins ("begin WRITER HEIGHT") and what was acknowledged ("ack WRITER HEIGHT"),
// until it is killed. Continues where an earlier run ended.
await using var store = SqliteLogStore.Open(args[0]);
var output = new Lock();

await Task.WhenAll(
    Task.Run(() => GrowAsync(0, log => Batch(log, 1))),
    Task.Run(() => GrowAsync(1, log => Batch(log, 20))),
    Task.Run(() => GrowAsync(2, log => Batch(log, 4).Reverse())),
    Task.Run(CountAsync));

IEnumerable<VerifiedEntry> Batch(TestLog log, int size)
{
    var height = store.View.HeightOf(log.Key) ?? 0;
    return log.Upto(height + (ulong)size).Skip((int)height);
}

async Task GrowAsync(int writer, Func<TestLog, IEnumerable<VerifiedEntry>> next)
{
    var log = new TestLog(writer);
    while (true)
    {
        var entries = next(log).ToList();
        var height = entries.Max(entry => entry.SequenceNumber);
        Say("begin", writer, height);
        if (writer == 2)
        {
            // One by one, so that all but the last wait in the buffer for a while.
            foreach (var entry in entries)
            {
                await store.AppendAsync(entry);
            }
        }
        else
        {
            await store.AppendAsync(entries);
        }

        Say("ack", writer, height);
    }
}

Task CountAsync()
{
    var value = new byte[sizeof(ulong)];
    var start = store.Marks.Read(MarkKind.Counter, "count"u8);
    for (var count = start is null ? 1 : BinaryPrimitives.ReadUInt64BigEndian(start) + 1; ; count++)
    {
        BinaryPrimitives.WriteUInt64BigEndian(value, count);
        Say("begin", 3, count);
        store.Marks.Write(MarkKind.Counter, "count"u8, value);
        Say("ack", 3, count);
    }
}

void Say(string what, int writer, ulong height)
{
    lock (output)
    {
        Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"{what} {writer} {height}\n"));
        Console.Out.Flush();
    }
}
