using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>Asks for parts of known logs, and for logs of which only the element is known.</summary>
/// <param name="Scope">The scope the difference was found in.</param>
/// <param name="Salt">The salt of the tags and elements.</param>
/// <param name="Logs">Parts of logs, at most <see cref="MaxItems"/>.</param>
/// <param name="Unnamed">First 48 bits of elements whose logs are wanted whole, at most <see cref="MaxItems"/>.</param>
public sealed record LogWantMessage(uint Scope, uint Salt, IReadOnlyList<LogWant> Logs, IReadOnlyList<ulong> Unnamed)
{
    /// <summary>Most items of either kind in one message.</summary>
    public const int MaxItems = 128;

    /// <summary>When more of our logs than this have no counterpart, they are most likely new to the other side and are not listed.</summary>
    private const int MaxUndetermined = 8;

    /// <summary>What to ask for after a difference was found; none when we lack nothing of what was found.</summary>
    public static LogWantMessage? For(SetDifference difference, uint scope, uint salt)
    {
        var hash = new SaltedHash(salt);
        var logs = new List<LogWant>();
        var undetermined = difference.Logs.Count(log => log.Theirs is null);
        foreach (var log in difference.Logs)
        {
            // A log whose counterpart was not found may be the one behind an unnamed element: say how far we have it.
            var wanted = log.Theirs is { } theirs
                ? theirs.Forked || (!log.Ours.Forked && theirs.Height > log.Ours.Height)
                : difference.Unnamed.Count > 0 && undetermined <= MaxUndetermined && !log.Ours.Forked;
            if (wanted && logs.Count < MaxItems)
            {
                var from = log.Ours.Height + 1;
                var count = log.Theirs is { Forked: false } known ? known.Height - log.Ours.Height : 0;
                logs.Add(new LogWant(hash.Tag(LogName.Of(log.Log)), from, count));
            }
        }

        var unnamed = difference.Unnamed.Take(MaxItems).Select(SaltedHash.ShortOf).ToList();
        return logs.Count == 0 && unnamed.Count == 0 ? null : new LogWantMessage(scope, salt, logs, unnamed);
    }

    /// <summary>The message as it travels.</summary>
    public byte[] ToBytes()
    {
        var writer = new WireWriter();
        Write(writer);
        return writer.ToArray();
    }

    internal void Write(WireWriter writer)
    {
        writer.UInt32(Scope);
        writer.UInt32(Salt);
        writer.Byte((byte)Logs.Count);
        foreach (var want in Logs)
        {
            writer.UInt48(want.Tag);
            writer.Varint(want.From);
            writer.Varint(want.Count);
        }

        writer.Byte((byte)Unnamed.Count);
        foreach (var element in Unnamed)
        {
            writer.UInt48(element);
        }
    }

    internal static LogWantMessage? Read(ref WireReader reader)
    {
        var scope = reader.UInt32();
        var salt = reader.UInt32();
        var logCount = reader.Byte();
        if (logCount > MaxItems)
        {
            return null;
        }

        var logs = new List<LogWant>(Math.Min((int)logCount, reader.Remaining / 8));
        for (var i = 0; i < logCount && !reader.Failed; i++)
        {
            logs.Add(new LogWant(reader.UInt48(), reader.Varint(), reader.Varint()));
        }

        var unnamedCount = reader.Byte();
        if (unnamedCount > MaxItems || reader.Remaining < unnamedCount * 6)
        {
            return null;
        }

        var unnamed = new List<ulong>(unnamedCount);
        for (var i = 0; i < unnamedCount; i++)
        {
            unnamed.Add(reader.UInt48());
        }

        return reader.Failed ? null : new LogWantMessage(scope, salt, logs, unnamed);
    }
}
