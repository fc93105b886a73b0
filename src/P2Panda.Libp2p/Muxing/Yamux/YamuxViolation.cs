namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>What a peer did that ends the connection.</summary>
internal enum YamuxViolation
{
    None,

    /// <summary>Version or type nobody defined.</summary>
    UnknownFrame,

    /// <summary>A frame on a stream that cannot exist, or data on the session.</summary>
    BadStreamId,

    /// <summary>A new stream with an id of our parity, or not above the last.</summary>
    BadNewStreamId,

    /// <summary>More data than the window allows.</summary>
    WindowExceeded,

    /// <summary>A window that grows beyond 2^32 − 1.</summary>
    WindowOverflow,

    /// <summary>A frame body larger than we take.</summary>
    FrameTooLarge,

    /// <summary>Data after the peer said it was done.</summary>
    DataAfterEnd,

    /// <summary>More pings than we owe answers to.</summary>
    PingFlood,

    /// <summary>More refused streams than we owe resets to.</summary>
    StreamFlood,

    /// <summary>No answer to our keep-alive ping in time.</summary>
    KeepAliveTimeout,
}
