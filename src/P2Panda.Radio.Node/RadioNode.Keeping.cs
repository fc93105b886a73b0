using Microsoft.Extensions.Logging;

namespace P2Panda.Radio.Node;

/// <content>What is partly heard is kept over a restart, written seldom: the disk may be an SD card.</content>
public sealed partial class RadioNode
{
    /// <summary>How often what is partly here is written down when it has changed; after a crash what came since is asked for again.</summary>
    private static readonly TimeSpan KeepInterval = TimeSpan.FromMinutes(5);

    private KeptUnfinished _kept = null!;
    private TimeSpan _keepDue;

    private void ResumeUnfinished(Guid? boot)
    {
        _kept = new KeptUnfinished(_store.Marks, boot);
        _keepDue = Now;
        if (_kept.Resume(_mesh, Now) is { } resumed)
        {
            Counters.UnfinishedResumed = resumed;
            if (resumed > 0)
            {
                LogUnfinishedResumed(resumed);
            }
        }
        else
        {
            Counters.UnfinishedDamaged++;
            LogUnfinishedDamaged();
        }
    }

    private void KeepUnfinished(TimeSpan now)
    {
        if (now >= _keepDue)
        {
            _keepDue = now + KeepInterval;
            TryKeepUnfinished(now);
        }

        if (_mesh.HasUnfinished)
        {
            WakeAt(_keepDue);
        }
    }

    private void TryKeepUnfinished(TimeSpan now)
    {
        try
        {
            _kept.Write(_mesh, now);
        }
        catch (IOException failure)
        {
            // A nicety: without it a restart begins bursts anew.
            Counters.StoreFailures++;
            LogUnfinishedNotKept(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} bursts partly heard before the start are taken up again; only what is missing of them is asked for.")]
    private partial void LogUnfinishedResumed(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was partly heard before the start is damaged and is not used; it is asked for from the beginning. Check the disk.")]
    private partial void LogUnfinishedDamaged();

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is partly heard could not be written down; after a restart it would be asked for from the beginning ({Reason}).")]
    private partial void LogUnfinishedNotKept(string reason);
}
