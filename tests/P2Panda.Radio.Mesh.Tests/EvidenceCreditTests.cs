namespace P2Panda.Radio.Mesh.Tests;

public class EvidenceCreditTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void What_is_never_proved_uses_it_up_and_a_little_comes_back_with_time()
    {
        var credit = new EvidenceCredit(limit: 3, refill: 10 * Minute);
        Enumerable.Range(0, 100).Count(_ => credit.TryTake(Minute)).ShouldBe(3);
        credit.TryTake(10 * Minute).ShouldBeFalse();
        credit.TryTake(11 * Minute).ShouldBeTrue();
        Enumerable.Range(0, 100).Count(_ => credit.TryTake(1000 * Minute)).ShouldBe(3);
    }

    [Fact]
    public void What_is_proved_half_of_the_time_pays_for_itself()
    {
        var credit = new EvidenceCredit(limit: 2, refill: 1_000_000 * Minute);
        for (var act = 0; act < 1_000; act++)
        {
            credit.TryTake(Minute).ShouldBeTrue();
            if (act % 2 == 1)
            {
                credit.Earn();
            }
        }
    }
}
