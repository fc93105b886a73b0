namespace P2Panda.Libp2p;

/// <summary>Role in multistream-select, security handshake and muxer.</summary>
public enum HandshakeRole
{
    /// <summary>Speaks first.</summary>
    Dialer,

    /// <summary>Answers.</summary>
    Listener,
}
