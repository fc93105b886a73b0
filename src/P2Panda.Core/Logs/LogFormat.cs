namespace P2Panda.Core.Logs;

/// <summary>
/// Which append-only log format a key or an entry belongs to. Part of every log, entry and store key, and of every record on the air,
/// so that a second format needs a codec and nothing else.
/// </summary>
public enum LogFormat : byte
{
    /// <summary>Bamboo entries carrying CBOR operations, as p2panda-rs 0.8 and aquadoggo 0.9 write them.</summary>
    Bamboo = 1,
}
