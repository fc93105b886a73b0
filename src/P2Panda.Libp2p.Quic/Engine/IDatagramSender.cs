using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Where an engine's datagrams go, and who wakes it: a UDP socket, or a network in memory under test.</summary>
internal interface IDatagramSender
{
    /// <summary>Sends datagrams lying back to back. Losing some is allowed. Called under the engine's lock.</summary>
    /// <param name="data">The datagrams.</param>
    /// <param name="packets">Their sizes and addresses.</param>
    /// <param name="local">Address to send from, 4 or 16 bytes; empty leaves the choice to the system.</param>
    void Send(ReadOnlySpan<byte> data, ReadOnlySpan<NativePacket> packets, ReadOnlySpan<byte> local);

    /// <summary>The engine wants <see cref="QuicEngine.Advance"/> at this instant, earlier than it said before. Called under its lock.</summary>
    void WakeAt(ulong deadline);
}
