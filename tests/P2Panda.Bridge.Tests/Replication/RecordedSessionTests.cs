using System.Text.Json;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Bamboo;
using P2Panda.Libp2p;
using P2Panda.Store;
using P2Panda.Store.Memory;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Bridge.Tests.Replication;

/// <summary>Sessions of a running aquadoggo, our node in its place.</summary>
public sealed class RecordedSessionTests(ITestOutputHelper output)
{
    private static readonly JsonElement Recorded = TestVectors.Json("aquadoggo/replication.json").RootElement;

    public static TheoryData<string> Names => [.. Recorded.GetProperty("transcripts").EnumerateArray().Select(each => each.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task OurNodeSaysWhatAquadoggoSaid(string name)
    {
        var transcript = Recorded.GetProperty("transcripts").EnumerateArray().Single(each => each.GetProperty("name").GetString() == name);
        await using var store = new MemoryLogStore(StoreBounds.Default, TimeProvider.System);
        var held = new List<string>();
        if (transcript.GetProperty("aquadoggo_holds").GetString() is { } holds)
        {
            foreach (var entry in Recorded.GetProperty("stores").GetProperty(holds).GetProperty("entries").EnumerateArray())
            {
                held.Add(entry.GetProperty("entry").GetString()!);
                var verified = BambooEntry.VerifyHex(held[^1], entry.GetProperty("operation").GetString()).Entry;
                (await store.AppendAsync(verified.ShouldNotBeNull())).Outcome.ShouldBe(AppendOutcome.Appended);
            }
        }

        var messages = transcript.GetProperty("messages").EnumerateArray()
            .Select(each => (IsOurs: each.GetProperty("from").GetString() == "aquadoggo", Message: Decode(each.GetProperty("hex").GetString()!)))
            .ToList();
        var nextId = 0UL;
        var node = new DirectPeer(
            store, new ReplicationOptions { DefinitionsFirst = false }, IsLower(transcript), () => nextId++, DateTimeOffset.UnixEpoch.AddYears(50));
        await node.ActAsync();
        foreach (var (isOurs, message) in messages)
        {
            if (!isOurs)
            {
                await node.ReceiveAsync(message);
            }
            else if (message is SyncRequestMessage request && !node.Sent.Exists(sent => sent.Equals(message)))
            {
                if (node.Replication.Announced is null)
                {
                    // The recording says so: the peer had announced the same schemas before.
                    await node.ReceiveAsync(new AnnounceMessage(1, 1_795_000_000, request.Schemas));
                }

                await node.PassAsync(TimeSpan.FromSeconds(5));
            }
        }

        Compare(name, [.. messages.Where(each => each.IsOurs).Select(each => each.Message)], node.Sent);
        var expected = held.Concat(messages.Where(each => !each.IsOurs).Select(each => each.Message).OfType<EntryMessage>()
            .Select(entry => Convert.ToHexStringLower(entry.Entry.Span)));
        var stored = await store.ReadChangesAsync(0, 10_000);
        stored.Changes.Select(change => Convert.ToHexStringLower(change.Entry.EntryBytes.Span)).ShouldBe(expected, ignoreOrder: true);
        if (name == "empty_store_request")
        {
            VectorCount.Report(output, "aquadoggo/replication.json", Recorded.GetProperty("transcripts").GetArrayLength());
        }
    }

    private static void Compare(string name, List<ReplicationMessage> recorded, List<ReplicationMessage> ours)
    {
        if (name == "tie_break/we_are_higher/same_target_set_other_id")
        {
            // Named difference: aquadoggo answers under the id of the request it dropped, we under that of the one we accept.
            var have = (HaveMessage)recorded[^1];
            recorded[^1] = have with { SessionId = 40 };
        }

        Entries(ours).ShouldBe(Entries(recorded), ignoreOrder: true);
        Others(ours).ShouldBe(Others(recorded));

        static IEnumerable<string> Entries(IEnumerable<ReplicationMessage> messages) => messages.OfType<EntryMessage>().Select(Text);

        static IEnumerable<string> Others(IEnumerable<ReplicationMessage> messages)
        {
            var previous = "";
            foreach (var text in messages.Where(message => message is not AnnounceMessage).Select(message => message is EntryMessage ? "entries" : Text(message)))
            {
                if (text != "entries" || previous != "entries")
                {
                    yield return text;
                }

                previous = text;
            }
        }
    }

    private static string Text(ReplicationMessage message) => Convert.ToHexStringLower(MessageEncoder.Encode(message));

    private static bool IsLower(JsonElement transcript) => transcript.TryGetProperty("our_peer", out var us) &&
        PeerId.Parse(transcript.GetProperty("aquadoggo_peer").GetString()!).CompareTo(PeerId.Parse(us.GetString()!)) < 0;

    private static ReplicationMessage Decode(string hex)
    {
        var decoder = new MessageDecoder();
        decoder.Add(Convert.FromHexString(hex));
        var message = decoder.Next().ShouldNotBeNull();
        decoder.Pending.ShouldBe(0);
        if (message is not HaveMessage)
        {
            // Logs stand in any order in a Have; everything else has one encoding.
            Text(message).ShouldBe(hex);
        }

        return message;
    }
}
