using P2Panda.Store.Memory;

namespace P2Panda.Store.Tests.Memory;

public sealed class MemoryLogStoreTests : LogStoreContract
{
    protected override Task<ILogStore> OpenStoreAsync(StoreBounds? bounds, TimeProvider clock) =>
        Task.FromResult<ILogStore>(new MemoryLogStore(bounds, clock));

    [Fact]
    public async Task Every_call_completes_before_it_returns()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        store.AppendAsync(log[1]).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        store.AppendAsync(log.Upto(3)).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        store.ReadChangesAsync(0, 10).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        store.WaitForChangesAsync(2).IsCompletedSuccessfully.ShouldBeTrue();
    }
}
