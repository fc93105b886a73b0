using P2Panda.Bridge.Index;
using P2Panda.Bridge.Links;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Store;
using PublicKey = P2Panda.Core.Keys.PublicKey;

namespace P2Panda.Bridge.Traffic;

/// <summary>
/// Decides what crosses: from IP peers into the store, and from the store, where it came from the internet, to the air. From the air to the
/// internet everything crosses at once. The rules can be changed at any time. Safe to use from any thread.
/// </summary>
/// <param name="rules">The rules to begin with.</param>
/// <param name="index">Tells which document an entry belongs to.</param>
/// <param name="time">The clock.</param>
public sealed class TrafficPolicy(TrafficRules rules, IReplicationIndex index, TimeProvider time) : IIntakeGate
{
    private volatile TrafficRules _rules = rules;

    /// <summary>The rules have changed. Subscribers must not block for long.</summary>
    public event Action? Changed;

    /// <summary>The rules in force.</summary>
    public TrafficRules Rules => _rules;

    /// <summary>What was refused.</summary>
    public Quarantine Quarantine { get; } = new();

    /// <summary>Puts other rules in force. What was refused by the old ones and is stored is judged anew.</summary>
    public void Change(TrafficRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = rules;
        Changed?.Invoke();
    }

    /// <summary>Lets an entry cross in spite of the rules, for as long as the quarantine remembers it.</summary>
    /// <returns>What the quarantine had of it, by the ways it was going; nothing when it is not there.</returns>
    public IReadOnlyList<QuarantinedEntry> Release(EntryId id)
    {
        var released = Quarantine.Release(id);
        if (released.Count > 0)
        {
            Changed?.Invoke();
        }

        return released;
    }

    /// <inheritdoc/>
    public bool Admits(VerifiedEntry entry, Operation operation, PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(operation);
        var refusal = JudgeOrigin(entry.Log.Author, entry.Id, operation);
        return Note(refusal, new QuarantinedEntry(
            entry.Id,
            entry.Log,
            entry.SequenceNumber,
            operation.SchemaId,
            Length(entry.EntryBytes, entry.PayloadBytes),
            TrafficDirection.ToStore,
            refusal,
            time.GetUtcNow())
        {
            Content = entry.PayloadBytes is { } payload ? (entry.EntryBytes, payload) : null,
        });
    }

    /// <summary>Whether a stored entry from the internet may go to the air, and how soon.</summary>
    /// <returns>Whether it may, and its priority: the lower, the sooner.</returns>
    public (bool IsAdmitted, int Priority) JudgeForAir(StoredEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var operation = entry.PayloadBytes is { } payload ? Operation.Decode(payload).Operation : null;
        var length = Length(entry.EntryBytes, entry.PayloadBytes);
        var refusal = operation is null ? TrafficRefusal.UnreadableOperation : JudgeAir(entry, operation, length);
        var isAdmitted = Note(refusal, new QuarantinedEntry(
            entry.Id, entry.Log, entry.SequenceNumber, operation?.SchemaId, length, TrafficDirection.ToAir, refusal, time.GetUtcNow()));
        return (isAdmitted, PriorityOf(operation?.SchemaId));
    }

    private static int Length(ReadOnlyMemory<byte> entry, ReadOnlyMemory<byte>? payload) => entry.Length + (payload?.Length ?? 0);

    private TrafficRefusal JudgeAir(StoredEntry entry, Operation operation, int length)
    {
        var rules = _rules;
        if (rules.AirSchemas?.Contains(operation.SchemaId) == false)
        {
            return TrafficRefusal.SchemaNotAllowed;
        }

        if (rules.AirAuthors?.Contains(entry.Log.Author) == false)
        {
            return TrafficRefusal.AuthorNotAllowed;
        }

        if (length > rules.MaxAirBytes)
        {
            return TrafficRefusal.TooLarge;
        }

        return rules.MaxAirAge is { } age && time.GetUtcNow() - entry.ReceivedAt > age
            ? TrafficRefusal.TooOld
            : JudgeOrigin(entry.Log.Author, entry.Id, operation);
    }

    private TrafficRefusal JudgeOrigin(PublicKey author, EntryId id, Operation operation)
    {
        var rules = _rules;
        if (rules.BlockedAuthors.Contains(author))
        {
            return TrafficRefusal.AuthorBlocked;
        }

        return rules.BlockedDocuments.Count > 0 && index.FindDocument(id, operation) is { } document && rules.BlockedDocuments.Contains(document)
            ? TrafficRefusal.DocumentBlocked
            : TrafficRefusal.None;
    }

    private int PriorityOf(SchemaId? schema)
    {
        if (schema is null || SchemaIdSet.Definitions.Contains(schema))
        {
            return 0;
        }

        var first = _rules.FirstSchemas;
        for (var i = 0; i < first.Count; i++)
        {
            if (first[i] == schema)
            {
                return 1 + i;
            }
        }

        return 1 + first.Count;
    }

    private bool Note(TrafficRefusal refusal, QuarantinedEntry entry)
    {
        if (refusal == TrafficRefusal.None)
        {
            Quarantine.Remove(entry.Id, entry.Direction);
            return true;
        }

        if (Quarantine.IsReleased(entry.Id))
        {
            return true;
        }

        Quarantine.Add(entry);
        return false;
    }
}
