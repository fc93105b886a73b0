using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Reconciliation;

/// <summary>Made-up logs for tests of reconciliation.</summary>
internal static class LogSets
{
    public static LogKey Log(int number)
    {
        var author = new byte[32];
        BitConverter.TryWriteBytes(author, number / 3);
        return new LogKey(LogFormat.Bamboo, new PublicKey(author), LogId.FromUInt64((ulong)number % 3));
    }

    public static LogSet Of(int count, int seed = 1)
    {
        var random = new Random(seed);
        var set = new LogSet();
        for (var i = 0; i < count; i++)
        {
            set.Set(Log(i), new LogState((ulong)random.Next(1, 200)));
        }

        return set;
    }

    public static LogSet Copy(LogSet set)
    {
        var copy = new LogSet();
        foreach (var (log, state) in set.Logs())
        {
            copy.Set(log, state);
        }

        return copy;
    }
}
