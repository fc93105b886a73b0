namespace P2Panda.Radio.KernelRig.Tests;

/// <summary>
/// The shipped program on the kernel's own spidev and GPIO character device, with chip models behind them (README.md). One boot serves all
/// tests: each looks for what its scenario said.
/// </summary>
[Trait("kernel", "rig")]
[Trait("duration", "long")]
public sealed class KernelRigTests(KernelRig rig) : IClassFixture<KernelRig>
{
    private static readonly string[] Scenarios =
    [
        "both boards are found by the label of the header's GPIO chip",
        "interrupts come through the kernel's edge events",
        "frames go from board to board",
        "a chip select that is an ordinary line is driven by the driver",
        "a device that is not there is named",
        "a device that is not ours is named",
        "a device that does not answer times out",
        "a chip that is not selected is told apart",
        "a line in use is named",
        "an entry is carried from gateway to gateway",
        "a chip that forgets recovers, a device that vanishes is reported",
        "two gateways run and stop",
        "a controller that always drives a chip select is lived with",
        "a transfer longer than the buffer is named",
    ];

    public static TheoryData<string> All => [.. Scenarios];

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void OnTheKernelsOwnDevices(string scenario)
    {
        Skip.IfNot(KernelRig.IsSupported, "The rig's kernel runs on x86-64 alone.");
        var (_, passed, line) = rig.Results.FirstOrDefault(result => result.Name == scenario);
        passed.ShouldBeTrue(line ?? rig.Said);
    }

    [SkippableFact]
    public void NothingElseFailed()
    {
        Skip.IfNot(KernelRig.IsSupported, "The rig's kernel runs on x86-64 alone.");
        rig.Results.Where(result => !result.Passed).Select(result => result.Line).ShouldBeEmpty();
        rig.Results.Select(result => result.Name).ShouldBe(Scenarios, ignoreOrder: true);
    }
}
