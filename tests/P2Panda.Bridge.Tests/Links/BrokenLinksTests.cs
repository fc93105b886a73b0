using System.Collections.Concurrent;
using P2Panda.Bridge.Links;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;

namespace P2Panda.Bridge.Tests.Links;

/// <summary>Streams and connections that break: replication goes on within seconds, and nothing is held against the peer.</summary>
public sealed class BrokenLinksTests
{
    [Fact]
    public async Task AStreamThatBreaksIsOpenedAnewAndBeginsWithTheAnnouncement()
    {
        var network = new MemoryNetwork();
        await using var node = await BridgeNode.StartAsync("/memory/0", network);
        var builder = new Libp2pHostBuilder(KeyPair.Generate());
        builder.UseMemory(network);
        await using var peer = builder.Build();
        var streams = 0;
        var heard = new ConcurrentQueue<ReplicationMessage>();
        peer.Handle(ReplicationService.ProtocolId, async (stream, _, cancellation) =>
        {
            if (Interlocked.Increment(ref streams) <= 3)
            {
                stream.Reset();
                return;
            }

            var decoder = new MessageDecoder();
            while (true)
            {
                var read = await stream.Input.ReadAsync(cancellation);
                foreach (var segment in read.Buffer)
                {
                    decoder.Add(segment.Span);
                }

                stream.Input.AdvanceTo(read.Buffer.End);
                while (decoder.Next() is { } message)
                {
                    heard.Enqueue(message);
                }

                if (read.IsCompleted)
                {
                    return;
                }
            }
        });

        var connection = await peer.ConnectAsync(node.Address);
        await using var ours = await connection.OpenStreamAsync([ReplicationService.ProtocolId]);
        for (ulong session = 1; !heard.OfType<AnnounceMessage>().Any(); session++)
        {
            // Whatever the node writes in answer finds its stream broken.
            session.ShouldBeLessThan(600ul, "the stream is not opened anew, or without the announcement");
            await ours.WriteAsync(MessageEncoder.Encode(new SyncRequestMessage(session, SyncRequestMessage.LogHeightMode, SchemaIdSet.Definitions)), default);
            // The host's tasks answer in their own time, on the machine's clock.
            await Task.Delay(50);
        }

        streams.ShouldBeGreaterThan(3);
        connection.Closed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task WhatAPeerLacksBecauseItsConnectionsEndedIsSentAgain()
    {
        var network = new MemoryNetwork();
        await using var source = await BridgeNode.StartAsync("/memory/0", network);
        using var author = new AppAuthor(1);
        author.DefineSchema("chat");
        await source.PublishAsync(author.Written);
        var identity = KeyPair.Generate();
        for (var life = 0; life < 4; life++)
        {
            var dying = new DyingGate();
            await using var victim = await BridgeNode.StartAsync("/memory/0", network, gate: dying, identity: identity);
            var connection = await source.Host.ConnectAsync(victim.Address);
            dying.Connection = connection;
            await connection.Closed.WaitAsync(TimeSpan.FromSeconds(60));
            victim.Store.EntryCount.ShouldBe(0);
        }

        await using var last = await BridgeNode.StartAsync("/memory/0", network, identity: identity);
        await source.Host.ConnectAsync(last.Address);
        await Eventually.BeTrueAsync(() => last.Store.EntryCount == author.Written.Count, "what was on its way to a peer that died", 20);
    }

    [Fact]
    public async Task WhatAPeerRefusesRestsAfterAFewTries()
    {
        var network = new MemoryNetwork();
        await using var source = await BridgeNode.StartAsync("/memory/0", network, options: Eager);
        await using var refusing = await BridgeNode.StartAsync("/memory/0", network, gate: new ClosedGate(), options: Eager);
        using var author = new AppAuthor(1);
        author.DefineSchema("chat");
        await source.PublishAsync(author.Written);
        await source.Host.ConnectAsync(refusing.Address);
        await Eventually.BeTrueAsync(() => source.Service.Counters.SessionsCompleted >= 12, "a dozen sessions");
        source.Service.Counters.EntriesSent.ShouldBe(2 * 3, "two entries, three times each");
    }

    private static readonly ReplicationServiceOptions Eager = new()
    {
        Sessions = new ReplicationOptions
        {
            DefinitionsPause = TimeSpan.Zero,
            ShortestPoll = TimeSpan.FromMilliseconds(100),
            LongestPollOfSilentPeer = TimeSpan.FromMilliseconds(100),
            LongestPoll = TimeSpan.FromMilliseconds(100),
        },
    };

    /// <summary>Ends the connection when the first entry comes, before anything is stored.</summary>
    private sealed class DyingGate : IIntakeGate
    {
        private Connection? _connection;

        public Connection Connection
        {
            set => Volatile.Write(ref _connection, value);
        }

        public bool Admits(VerifiedEntry entry, Operation operation, PeerId peer)
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref _connection) is not null);
            _ = _connection!.CloseAsync().AsTask();
            return false;
        }
    }

    private sealed class ClosedGate : IIntakeGate
    {
        public bool Admits(VerifiedEntry entry, Operation operation, PeerId peer) => false;
    }
}
