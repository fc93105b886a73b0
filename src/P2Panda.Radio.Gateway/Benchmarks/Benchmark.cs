namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// A repeatable measurement behind <c>p2panda-radio benchmark NAME</c>. Every figure claimed in a README comes from one of these.
/// </summary>
internal abstract class Benchmark
{
    /// <summary>Name on the command line: one lower-case word.</summary>
    public abstract string Name { get; }

    /// <summary>One line for <c>--help</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Runs and yields figures as they are measured. Progress goes to <paramref name="progress"/>, one short line at a time.</summary>
    public abstract IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation);

    /// <summary>First seed of benchmarks that run many, so that figures can be looked at on seeds nobody has tuned for.</summary>
    public int FirstSeed { get; set; } = 1;

    /// <summary>Runs one part of a benchmark that has parts, or all of it.</summary>
    public virtual IEnumerable<Figure> Run(string? only, IProgress<string> progress, CancellationToken cancellation) => Run(progress, cancellation);
}
