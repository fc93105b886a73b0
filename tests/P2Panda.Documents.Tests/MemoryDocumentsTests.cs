using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Documents.Tests;

public sealed class MemoryDocumentsTests : MaterialisedDocumentsContract
{
    protected override Task<ILogStore> OpenStoreAsync() => Task.FromResult<ILogStore>(new MemoryLogStore());
}
