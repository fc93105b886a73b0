namespace P2Panda.Radio.Mesh;

/// <summary>How a node takes part.</summary>
public enum MeshMode
{
    /// <summary>Speaks and listens.</summary>
    Mesh,

    /// <summary>Never expects to hear anything: sends what is new and runs the carousel.</summary>
    Broadcast,

    /// <summary>Never transmits.</summary>
    Listen,
}
