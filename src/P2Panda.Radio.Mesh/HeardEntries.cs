using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Mesh;

/// <summary>Entries rebuilt from the air and verified; to be stored, then given back with <see cref="MeshNode.Accept"/>.</summary>
/// <param name="Entries">Verified entries in the order of the burst.</param>
/// <param name="Burst">The burst that brought them; none when they were rebuilt from a repair set.</param>
/// <param name="Frame">The last frame, as it was heard.</param>
public sealed record HeardEntries(IReadOnlyList<VerifiedEntry> Entries, ReceivedBurst? Burst, ReceivedFrame Frame);
