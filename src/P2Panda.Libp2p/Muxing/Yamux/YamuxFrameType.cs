namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>What a frame is.</summary>
internal enum YamuxFrameType : byte
{
    Data = 0,
    WindowUpdate = 1,
    Ping = 2,
    GoAway = 3,
}
