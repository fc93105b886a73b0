namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>How peers on the internet are reached.</summary>
internal enum NetworkTransport
{
    /// <summary>QUIC and TCP side by side.</summary>
    Both,

    /// <summary>QUIC alone, aquadoggo's default.</summary>
    Quic,

    /// <summary>TCP alone.</summary>
    Tcp,
}
