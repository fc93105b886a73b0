namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>Somebody connected to an <see cref="EtherServer"/>. Its members are the server's, under its lock.</summary>
internal sealed class EtherPeer(LineConnection connection)
{
    public LineConnection Connection => connection;

    /// <summary>Name of the station, once it has joined.</summary>
    public string? Name { get; set; }

    /// <summary>The frame begun last, unless it was stopped.</summary>
    public EtherMessage.FrameOnAir? Frame { get; set; }
}
