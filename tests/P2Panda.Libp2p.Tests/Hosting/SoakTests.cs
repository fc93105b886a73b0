using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Hosting;

/// <summary>Two hundred nodes in one process that come, talk and go. It looks at what the whole process left behind, so nothing runs beside it.</summary>
[Trait("duration", "long")]
[Collection(Alone.Name)]
public sealed class SoakTests
{
    private const int Nodes = 200;

    [Fact]
    public async Task TwoHundredNodesLeaveNothingBehind()
    {
        // What earlier tests left is theirs.
        Memory();
        var unobserved = new List<Exception>();
        void Observe(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += Observe;
        try
        {
            await using var hosts = new TestHosts();
            var nodes = new List<Libp2pHost>();
            for (var i = 0; i < Nodes; i++)
            {
                nodes.Add(await hosts.StartAsync());
            }

            // The first rounds settle pools and address books, which stay.
            await ChurnAsync(nodes, seed: 0);
            await ChurnAsync(nodes, seed: 5);
            var settled = Memory();
            for (var round = 1; round <= 4; round++)
            {
                await ChurnAsync(nodes, round);
            }

            nodes.ShouldAllBe(node => node.Accountant.Counts.PendingIn == 0 && node.Accountant.Counts.PendingOut == 0);
            var growth = Memory() - settled;
            growth.ShouldBeLessThan(16 << 20, "bytes more than after the first rounds");
        }
        finally
        {
            Memory();
            TaskScheduler.UnobservedTaskException -= Observe;
        }

        unobserved.ShouldBeEmpty();
    }

    /// <summary>Every node dials two others, echoes through one and drops half of its connections.</summary>
    private static async Task ChurnAsync(List<Libp2pHost> nodes, int seed)
    {
        var random = new Random(seed);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var deadline = patience.Token;
        foreach (var node in nodes)
        {
            foreach (var target in (Libp2pHost[])[nodes[random.Next(Nodes)], nodes[random.Next(Nodes)]])
            {
                if (target == node)
                {
                    continue;
                }

                var connection = await node.ConnectAsync(TestHosts.AddressOf(target), deadline);
                try
                {
                    await using var stream = await connection.OpenStreamAsync([TestHosts.Echo], deadline);
                    await stream.WriteAsync(new byte[1000], deadline);
                    await stream.CompleteWritesAsync(deadline);
                    await stream.CopyToAsync(Stream.Null, deadline);
                }
                catch (IOException)
                {
                    // The other side dropped it meanwhile, as churn does.
                }
            }
        }

        await Task.WhenAll(nodes.SelectMany(node => node.Connections).Select(connection => connection.CloseAsync().AsTask()));
        foreach (var node in nodes)
        {
            foreach (var connection in node.Connections)
            {
                await connection.Closed.WaitAsync(TestHosts.Patience);
            }
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
