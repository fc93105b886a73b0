using System.Reflection;
using P2Panda.Core.Logs;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Node.Tests;

/// <summary>A store in memory whose appends, once told so, get no answer until they are let go: a database that is away.</summary>
public class StalledStore : DispatchProxy
{
    private readonly List<(TaskCompletionSource<IReadOnlyList<AppendResult>> Answer, IReadOnlyList<VerifiedEntry> Entries)> _waiting = [];
    private MemoryLogStore _store = null!;
    private FailingMarks _marks = null!;

    public bool IsStalled { get; set; }

    /// <summary>Whether durable marks cannot be written.</summary>
    public bool MarksFail
    {
        set => _marks.Fails = value;
    }

    public int Waiting => _waiting.Count;

    public static (ILogStore Store, StalledStore Control) Create(MemoryLogStore store)
    {
        var proxy = Create<ILogStore, StalledStore>();
        var control = (StalledStore)(object)proxy;
        control._store = store;
        control._marks = new FailingMarks(store.Marks);
        return (proxy, control);
    }

    /// <summary>Everything that waits is stored, or fails.</summary>
    public async Task ReleaseAsync(bool fails)
    {
        IsStalled = false;
        foreach (var (answer, entries) in _waiting)
        {
            if (fails)
            {
                answer.SetException(new StoreException(StoreFailure.Unreachable, "away for a test"));
            }
            else
            {
                answer.SetResult(await _store.AppendAsync(entries, EntryOrigin.Radio));
            }
        }

        _waiting.Clear();
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (IsStalled && targetMethod!.Name == nameof(ILogStore.AppendAsync) && args is [IReadOnlyList<VerifiedEntry> entries, EntryOrigin, ..])
        {
            // Continuations run where it is let go, so that virtual time stays in charge.
            var answer = new TaskCompletionSource<IReadOnlyList<AppendResult>>();
            _waiting.Add((answer, entries));
            return new ValueTask<IReadOnlyList<AppendResult>>(answer.Task);
        }

        if (targetMethod!.Name == $"get_{nameof(ILogStore.Marks)}")
        {
            return _marks;
        }

        try
        {
            return targetMethod.Invoke(_store, args);
        }
        catch (TargetInvocationException failure)
        {
            throw failure.InnerException!;
        }
    }
}
