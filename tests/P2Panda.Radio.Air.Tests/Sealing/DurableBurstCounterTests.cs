using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;
using P2Panda.Radio.Air.Tests.Regulation;

namespace P2Panda.Radio.Air.Tests.Sealing;

public sealed class DurableBurstCounterTests
{
    private readonly MemoryMarks _marks = new();
    private readonly PublicKey _key = SampleEntries.Key(1).PublicKey;

    [Fact]
    public void NoCounterIsUsedTwiceWhateverStopsTheProgram()
    {
        var random = new Random(1);
        var last = 0UL;
        for (var start = 0; start < 200; start++)
        {
            var counter = Open();
            for (var use = random.Next(150); use > 0; use--)
            {
                var next = counter.Next();
                next.ShouldBeGreaterThan(last);
                last = next;
            }
        }

        last.ShouldBeLessThanOrEqualTo(200 * (150 + DurableBurstCounter.BlockSize));
    }

    [Fact]
    public void NothingIsHandedOutThatCouldNotBeReserved()
    {
        var counter = Open();
        _marks.FailWrites = true;
        Should.Throw<IOException>(() => counter.Next());
        _marks.FailWrites = false;
        counter.Next().ShouldBe(1UL);
    }

    [Fact]
    public void ARestoredKeySaysSoUntilItIsSettled()
    {
        DurableBurstCounter.NoteRestored(_marks, _key, 500);
        var counter = Open();
        counter.IsRestored.ShouldBeTrue();
        counter.RaiseTo(900);
        counter.Next().ShouldBe(901UL);

        counter = Open();
        counter.IsRestored.ShouldBeTrue();
        counter.Last.ShouldBeGreaterThanOrEqualTo(901UL);
        counter.Settle();
        Open().IsRestored.ShouldBeFalse();
        Open().Next().ShouldBeGreaterThan(901UL);
    }

    [Fact]
    public void ABackupNeverTurnsACounterBack()
    {
        var counter = Open();
        counter.RaiseTo(10_000);
        DurableBurstCounter.NoteRestored(_marks, _key, 500);
        Open().Last.ShouldBe(10_000UL);
    }

    [Fact]
    public void ADamagedMarkStopsTheKey()
    {
        _marks.Write(P2Panda.Core.Logs.MarkKind.Counter, _key.Bytes, new byte[3]);
        Should.Throw<IOException>(() => Open());
    }

    private DurableBurstCounter Open() => new(_marks, _key);
}
