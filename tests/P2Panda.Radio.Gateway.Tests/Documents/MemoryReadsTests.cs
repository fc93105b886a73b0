using P2Panda.Store;
using P2Panda.Store.Memory;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

public sealed class MemoryReadsTests(ITestOutputHelper output) : ReadsContract(output)
{
    private protected override Task<ILogStore> OpenStoreAsync() => Task.FromResult<ILogStore>(new MemoryLogStore());
}
