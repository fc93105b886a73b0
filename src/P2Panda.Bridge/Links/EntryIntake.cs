using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Store;

namespace P2Panda.Bridge.Links;

/// <summary>
/// Verifies and stores what one peer sends, a batch at a time and in order: while a batch is on its way to the disk, the next is verified.
/// </summary>
internal sealed class EntryIntake(ILogStore store, IIntakeGate? gate, PeerId peer, BridgeCounters counters, Action<EntryId> storing)
{
    private const int MaxBatch = 256;

    /// <summary>A batch of blob pieces is smaller.</summary>
    private const int MaxBatchBytes = 1024 * 1024;

    private readonly List<(SchemaIdSet Schemas, EntryMessage Message)> _batch = new(MaxBatch);
    private int _batchBytes;
    private Task _verifying = Task.CompletedTask;
    private Task _storing = Task.CompletedTask;

    /// <summary>Entries whose signature or form was wrong: no honest peer sends any.</summary>
    public int Invalid { get; private set; }

    /// <summary>Takes an entry; waits while two batches are under way.</summary>
    public async Task AddAsync(Session session, EntryMessage message)
    {
        _batch.Add((session.Schemas, message));
        _batchBytes += message.Entry.Length + message.Operation.Length;
        if (_batch.Count >= MaxBatch || _batchBytes >= MaxBatchBytes)
        {
            await DispatchAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sets to work on what was taken.</summary>
    public async Task DispatchAsync()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var batch = _batch.ToArray();
        _batch.Clear();
        _batchBytes = 0;
        await _verifying.ConfigureAwait(false);
        var before = _storing;
        var verified = Task.Run(() => Verify(batch));
        _verifying = verified;
        _storing = StoreAsync(verified, before);
    }

    /// <summary>Returns when everything taken is durable, or refused.</summary>
    /// <exception cref="StoreException">Some of it could not be stored; what is taken from now on is tried again.</exception>
    public async Task FlushAsync()
    {
        await DispatchAsync().ConfigureAwait(false);
        var storing = _storing;
        _storing = Task.CompletedTask;
        await storing.ConfigureAwait(false);
    }

    private VerifiedEntry?[] Verify((SchemaIdSet Schemas, EntryMessage Message)[] batch)
    {
        var entries = new VerifiedEntry?[batch.Length];
        var verdicts = new IntakeVerdict?[batch.Length];
        Parallel.For(0, batch.Length, i =>
        {
            var (schemas, message) = batch[i];
            if (Operation.Decode(message.Operation).Operation is not { } operation)
            {
                verdicts[i] = IntakeVerdict.UnreadableOperation;
            }
            else if (!schemas.Contains(operation.SchemaId))
            {
                verdicts[i] = IntakeVerdict.OutsideSession;
            }
            else if (BambooEntry.Verify(message.Entry, message.Operation).Entry is not { } entry)
            {
                verdicts[i] = IntakeVerdict.Invalid;
            }
            else if (gate?.Admits(entry, operation, peer) == false)
            {
                verdicts[i] = IntakeVerdict.Refused;
            }
            else
            {
                entries[i] = entry;
            }
        });
        foreach (var verdict in verdicts)
        {
            if (verdict is { } refused)
            {
                counters.Count(refused);
                Invalid += refused == IntakeVerdict.Invalid ? 1 : 0;
            }
        }

        return entries;
    }

    private async Task StoreAsync(Task<VerifiedEntry?[]> verified, Task before)
    {
        var entries = (await verified.ConfigureAwait(false)).OfType<VerifiedEntry>().ToList();
        try
        {
            await before.ConfigureAwait(false);
            entries.ForEach(entry => storing(entry.Id));
            foreach (var result in await store.AppendAsync(entries, EntryOrigin.Internet).ConfigureAwait(false))
            {
                counters.Count(result.Outcome switch
                {
                    AppendOutcome.Appended => IntakeVerdict.Stored,
                    AppendOutcome.AlreadyStored => IntakeVerdict.Known,
                    AppendOutcome.Buffered => IntakeVerdict.Waiting,
                    AppendOutcome.BufferFull => IntakeVerdict.NotStored,
                    _ => IntakeVerdict.Contradicting,
                });
            }
        }
        catch (StoreException)
        {
            // Nothing was stored and the store says why in its own log; what we have is what we tell the peer next time.
            entries.ForEach(_ => counters.Count(IntakeVerdict.NotStored));
            throw;
        }
    }
}
