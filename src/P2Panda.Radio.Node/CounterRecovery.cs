using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Node;

/// <summary>
/// What a node does whose radio key came back from a backup: neighbours no longer believe counters the key has used since. It listens
/// until one of them tells the highest it has heard, and goes on above that; when nobody does, it leaps over more than it can have used.
/// What neighbours say is believed for so long only and within that margin, so that no one can use a key up by telling a high number.
/// </summary>
internal sealed class CounterRecovery
{
    /// <summary>Neighbours tell counters with their keys, every two and a half hours at least.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(2.5);

    private readonly DurableBurstCounter _counter;
    private readonly MeshNode _mesh;
    private readonly TimeSpan _until;
    private readonly ulong _highest;
    private bool _isTold;

    public CounterRecovery(DurableBurstCounter counter, MeshNode mesh, TimeSpan now)
    {
        _counter = counter;
        _mesh = mesh;
        _until = now + Patience;
        _highest = Math.Min(counter.Last + DurableBurstCounter.RestoreMargin, BurstFormat.MaxCounter - DurableBurstCounter.BlockSize);
        if (counter.IsRestored)
        {
            mesh.StaySilent(_until);
        }
    }

    /// <summary>Whether nothing may be sent yet.</summary>
    public bool IsWaiting => _counter.IsRestored && !_isTold;

    /// <summary>A neighbour has heard this counter from us.</summary>
    public void Seen(ulong counter, TimeSpan now)
    {
        if (!_counter.IsRestored || counter > _highest || !Try(() => _counter.RaiseTo(counter)) || _isTold)
        {
            return;
        }

        _isTold = true;
        _mesh.StaySilent(now);
    }

    /// <summary>Ends the recovery when its time is over.</summary>
    public void Poll(TimeSpan now)
    {
        if (!_counter.IsRestored || now < _until)
        {
            return;
        }

        var settled = Try(() =>
        {
            if (!_isTold)
            {
                _counter.RaiseTo(_highest);
            }

            _counter.Settle();
        });
        if (!settled)
        {
            _mesh.StaySilent(now + TimeSpan.FromMinutes(1));
        }
    }

    // A disk that fails now may not later; until then nothing is sent that could be taken for a replay.
    private static bool Try(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
