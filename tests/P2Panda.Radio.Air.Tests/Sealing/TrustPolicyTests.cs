using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;
using P2Panda.Radio.Air.Tests.Regulation;

namespace P2Panda.Radio.Air.Tests.Sealing;

/// <summary>Whose seals are believed, and what is remembered of it.</summary>
public sealed class TrustPolicyTests
{
    private readonly MemoryMarks _marks = new();
    private ulong _counter;

    [Fact]
    public void OpenBelievesWhoeverAnnouncedAKeyAndNobodyBefore()
    {
        var receiver = Receiver(TrustPolicy.Open);
        Hear(receiver, Want(1)).ShouldBe(RefusalReason.KeyUnknown);
        Hear(receiver, Announcement(1)).ShouldBe(RefusalReason.None);
        Hear(receiver, Want(1)).ShouldBe(RefusalReason.None);
        Hear(receiver, Want(2)).ShouldBe(RefusalReason.KeyUnknown);
        _marks.ReadAll(P2Panda.Core.Logs.MarkKind.Trust).ShouldBeEmpty();
    }

    [Fact]
    public void ListBelievesTheListedWhateverOthersAnnounce()
    {
        new TrustedKeys(TrustPolicy.List, _marks).Add(Key(1).PublicKey);
        var receiver = Receiver(TrustPolicy.List);
        Hear(receiver, Want(1)).ShouldBe(RefusalReason.None);
        Hear(receiver, Announcement(2)).ShouldBe(RefusalReason.KeyNotTrusted);
        Hear(receiver, Want(2)).ShouldBe(RefusalReason.KeyUnknown);

        new TrustedKeys(TrustPolicy.List, _marks).Remove(Key(1).PublicKey).ShouldBeTrue();
        Hear(Receiver(TrustPolicy.List), Announcement(1)).ShouldBe(RefusalReason.KeyNotTrusted);
    }

    [Fact]
    public void FirstUseRemembersWhoCameFirstForEver()
    {
        var receiver = Receiver(TrustPolicy.FirstUse);
        Hear(receiver, Announcement(1)).ShouldBe(RefusalReason.None);
        new TrustedKeys(TrustPolicy.FirstUse, _marks).MarksOf(Key(1).PublicKey).ShouldBe(KeyMarks.Met);

        // A table filled by strangers keeps those who were there before, and the operator's own choice still has room after a removal.
        var keys = new TrustedKeys(TrustPolicy.FirstUse, _marks);
        for (var stranger = 2; stranger <= TrustedKeys.MaxRemembered; stranger++)
        {
            keys.Learn(Key(stranger).PublicKey).ShouldBe(RefusalReason.None);
        }

        keys.Learn(Key(5000).PublicKey).ShouldBe(RefusalReason.KeyNotTrusted);
        Should.Throw<InvalidOperationException>(() => keys.Add(Key(5000).PublicKey));
        keys.Remove(Key(7).PublicKey).ShouldBeTrue();
        keys.Add(Key(5000).PublicKey);

        receiver = Receiver(TrustPolicy.FirstUse);
        Hear(receiver, Want(1)).ShouldBe(RefusalReason.None);
        Hear(receiver, Announcement(6000)).ShouldBe(RefusalReason.KeyNotTrusted);
        Hear(receiver, Want(5000)).ShouldBe(RefusalReason.None);
    }

    [Theory]
    [InlineData(TrustPolicy.Open)]
    [InlineData(TrustPolicy.FirstUse)]
    public void AKeyThatHasSignedAFrameIsNeverBelievedWithoutAgain(TrustPolicy policy)
    {
        var receiver = Receiver(policy);
        Hear(receiver, Announcement(1)).ShouldBe(RefusalReason.None);
        Hear(receiver, Want(1)).ShouldBe(RefusalReason.None);
        Hear(receiver, Want(1, isStrict: true)).ShouldBe(RefusalReason.None);
        Hear(receiver, Want(1)).ShouldBe(RefusalReason.Downgrade);
        Hear(receiver, Announcement(1)).ShouldBe(RefusalReason.Downgrade);

        // Nor after a restart.
        receiver = Receiver(policy);
        Hear(receiver, Announcement(1)).ShouldBe(RefusalReason.Downgrade);
        Hear(receiver, Want(1, isStrict: true)).ShouldBe(RefusalReason.None);
    }

    [Fact]
    public void AStrictNetworkTakesNothingUnsignedAndLearnsKeysFromSignedAnnouncements()
    {
        var receiver = Receiver(TrustPolicy.Open, requireStrict: true);
        Hear(receiver, Announcement(1)).ShouldBe(RefusalReason.StrictMissing);
        Hear(receiver, Want(1, isStrict: true)).ShouldBe(RefusalReason.StrictUnknownKey);
        Hear(receiver, Announcement(1, isStrict: true)).ShouldBe(RefusalReason.None);
        Hear(receiver, Want(1, isStrict: true)).ShouldBe(RefusalReason.None);
    }

    private static KeyPair Key(int number) => SampleEntries.Key(2000 + number);

    private static RefusalReason Hear(BurstReceiver receiver, byte[] frame) => receiver.Receive(frame, TimeSpan.Zero).Reason;

    private byte[] Want(int number, bool isStrict = false) => Frame(number, BurstKind.Want, [1], isStrict);

    private byte[] Announcement(int number, bool isStrict = false) => Frame(
        number,
        BurstKind.Announcement,
        AnnouncementBody.Write([KeyValuePair.Create(AnnouncementBody.KeySection, Key(number).PublicKey.Bytes.ToArray())]),
        isStrict);

    private byte[] Frame(int number, BurstKind kind, byte[] body, bool isStrict) =>
        Forge.Frame(Forge.Sealed(Key(number), kind, body, 1, ++_counter), 1, 0, signer: isStrict ? Key(number) : null);

    private BurstReceiver Receiver(TrustPolicy policy, bool requireStrict = false) => new(new BurstReceiverOptions
    {
        Network = default,
        Keys = new TrustedKeys(policy, _marks),
        Replay = new ReplayMarks(_marks),
        Logs = new MemoryLogs(),
        Shapes = new AirDictionary(),
        RequireStrict = requireStrict,
    });
}
