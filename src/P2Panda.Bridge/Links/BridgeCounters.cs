namespace P2Panda.Bridge.Links;

/// <summary>What the bridge has done since the start. Safe to read at any time.</summary>
public sealed class BridgeCounters
{
    private readonly long[] _verdicts = new long[Enum.GetValues<IntakeVerdict>().Length];
    private long _sent;
    private long _bytesSent;
    private long _bytesReceived;
    private long _sessions;
    private long _streamsRefused;

    /// <summary>Entries sent to peers.</summary>
    public long EntriesSent => Volatile.Read(ref _sent);

    /// <summary>Bytes written to replication streams.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Bytes read from replication streams.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Sessions that both sides finished.</summary>
    public long SessionsCompleted => Volatile.Read(ref _sessions);

    /// <summary>Streams of peers that could not be read on.</summary>
    public long StreamsRefused => Volatile.Read(ref _streamsRefused);

    /// <summary>Entries received, by what became of them.</summary>
    public long Received(IntakeVerdict verdict) => Volatile.Read(ref _verdicts[(int)verdict]);

    internal void Count(IntakeVerdict verdict) => Interlocked.Increment(ref _verdicts[(int)verdict]);

    internal void CountSent(int entries) => Interlocked.Add(ref _sent, entries);

    internal void CountBytesSent(long bytes) => Interlocked.Add(ref _bytesSent, bytes);

    internal void CountBytesReceived(long bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    internal void CountSession() => Interlocked.Increment(ref _sessions);

    internal void CountRefusedStream() => Interlocked.Increment(ref _streamsRefused);
}
