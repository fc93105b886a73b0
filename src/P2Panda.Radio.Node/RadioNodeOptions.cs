using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Node;

/// <summary>What makes one radio node different from another.</summary>
public sealed record RadioNodeOptions
{
    /// <summary>The key that seals this node's bursts; kept for life. The node does not dispose it.</summary>
    public required KeyPair Key { get; init; }

    /// <summary>The network whose bursts are believed and made.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>Whose seals are believed. Entries are believed for their authors' signatures whoever sealed them.</summary>
    public TrustPolicy Trust { get; init; } = TrustPolicy.Open;

    /// <summary>Whether entries are sealed by this node too, and taken only under a gateway's seal, so that every transmission can be attributed.</summary>
    public bool AlwaysAttribute { get; init; }

    /// <summary>Whether every frame is signed, and frames that are not are refused.</summary>
    public bool Strict { get; init; }

    /// <summary>The plan the node keeps to, with its antenna, cable and module.</summary>
    public required StationPlan Plan { get; init; }

    /// <summary>Name of the plan's profile: channel, spreading factor, bandwidth.</summary>
    public required string Profile { get; init; }

    /// <summary>What is known of earlier transmissions beyond what the ledger wrote down.</summary>
    public required LedgerOpening Opening { get; init; }

    /// <summary>
    /// What a stored entry is on the air; none keeps it, and what follows it in its log, off the air. Entries that came from the internet are
    /// <see cref="TrafficClass.Guest"/> and share <see cref="MeshOptions.GuestShare"/> of the airtime. Asked under the node's lock whenever
    /// an entry is about to be sent for the first time or in answer to a want: it must be quick, and must know after a restart what it knew before.
    /// </summary>
    public Func<VerifiedEntry, TrafficClass?> Classify { get; init; } = _ => TrafficClass.Normal;

    /// <summary>How long entries stay that are only carried for others (<see cref="MeshOptions.Filter"/>).</summary>
    public TimeSpan CarriedFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>What entries from the internet may do on the air; without it <see cref="Classify"/> alone decides.</summary>
    public Guests.IGuestPolicy? Guests { get; init; }

    /// <summary>How the node takes part in the mesh. Airtime per hour is taken from the plan.</summary>
    public MeshOptions Mesh { get; init; } = new();
}
