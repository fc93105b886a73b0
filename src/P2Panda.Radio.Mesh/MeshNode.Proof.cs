using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Mesh.Neighbours;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh;

/// <content>
/// Who is in reach and listens. A recording of what a gateway said elsewhere bears a good seal, and whoever makes a key can ask: until
/// something proves that a neighbour hears what is said here, little is said because of it.
/// </content>
public sealed partial class MeshNode
{
    /// <summary>Sketches said because of strangers before one of them proves to be in reach.</summary>
    private const int MaxStrangers = 2;

    /// <summary>Different states of ours with which somebody has to agree to be known to listen.</summary>
    private const int AgreementsToProve = 2;

    /// <summary>Salts of sketches remembered.</summary>
    private const int MaxSalts = 16;

    /// <summary>Time in which one more sketch may be said because of a stranger.</summary>
    private static readonly TimeSpan StrangerRefill = TimeSpan.FromMinutes(10);

    /// <summary>Who is heard so soon after the first start ever is taken for a neighbour without proof.</summary>
    private static readonly TimeSpan Acquaintance = TimeSpan.FromHours(1);

    /// <summary>Who names the salt of a sketch so young has heard it.</summary>
    private static readonly TimeSpan YoungSalt = TimeSpan.FromMinutes(5);

    private readonly EvidenceCredit _strangers = new(MaxStrangers, StrangerRefill);
    private readonly Queue<(uint Salt, TimeSpan At)> _salts = new();
    private readonly RecentTags _tags = new();
    private readonly TimeSpan _openUntil;
    private uint? _saltHeard;

    private Neighbour Meet(PublicKey key)
    {
        var neighbour = new Neighbour(key, new AnswerWindow(_frame)) { FirstChange = _changes.Last };
        if (_heardAt < _openUntil || _station.MetBefore.Contains(key))
        {
            neighbour.Acquaint();
        }

        return neighbour;
    }

    private void Prove(Neighbour neighbour)
    {
        if (!neighbour.IsProven)
        {
            neighbour.Prove();
            _strangers.Earn();
            _identity.Proved();
        }
    }

    private void Acquaint(Neighbour neighbour)
    {
        Prove(neighbour);
        if (!neighbour.IsAcquaintance)
        {
            neighbour.Acquaint();
            _identity.Stayed();
        }
    }

    /// <summary>A want that names a sketch that went by just now, or part of a burst of ours, comes from somebody who heard it.</summary>
    private bool HasHeardUs(WantMessage want, TimeSpan now) => (want.Logs is { } logs && IsYoung(logs.Salt, now)) ||
        (now - _answeredAt < _frame * MaxWaitFrames && want.Symbols.Any(HasHeardPart));

    private bool HasHeardPart(SymbolWant symbols) =>
        symbols.Missing < symbols.Key.SourceSymbols && _memory.Find(symbols.Key) is { FramesWritten: > 0 };

    private bool IsYoung(uint salt, TimeSpan now) => _salts.Any(said => said.Salt == salt && now - said.At < YoungSalt);

    private void NoteSalt(uint salt, TimeSpan now)
    {
        _salts.Enqueue((salt, now));
        if (_salts.Count > MaxSalts)
        {
            _salts.Dequeue();
        }
    }

    /// <summary>Whether somebody may hold what we do not. A recording never does.</summary>
    private bool IsAhead(SketchMessage theirs) =>
        theirs.Range.Bits > 0 || theirs.Totals.Logs > _logs.Totals.Logs || theirs.Totals.Entries > _logs.Totals.Entries;

    /// <summary>An entry was said, by us or by others: whoever asked for it may have it.</summary>
    private void NoteSaid(EntryPosition position, TimeSpan now)
    {
        foreach (var neighbour in _neighbours.All)
        {
            neighbour.Answers.Say(position, now);
        }
    }

    private void StrikeOff(EntryPosition position, TimeSpan now)
    {
        NoteSaid(position, now);
        _desk.StrikeOff(position);
    }
}
