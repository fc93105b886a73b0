namespace P2Panda.Radio.Mesh;

/// <summary>Frames and their time on air.</summary>
/// <param name="Frames">Number of frames.</param>
/// <param name="Airtime">Time on air of all of them.</param>
public readonly record struct MeshTraffic(long Frames, TimeSpan Airtime);
