using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>
/// The zfec library in its Python binding, kept running so that a measurement takes turns with ours. Times are taken inside of it, around
/// one call, so that starting Python and passing buffers do not count.
/// </summary>
internal sealed class ZfecProcess : IDisposable
{
    private const string Script = """
        import os, sys, time
        import zfec
        for line in sys.stdin:
            k, length, repeats = map(int, line.split())
            blocks = [os.urandom(length) for _ in range(k)]
            repair = list(range(k, 2 * k))
            encoder, decoder = zfec.Encoder(k, 2 * k), zfec.Decoder(k, 2 * k)
            start = time.perf_counter()
            for _ in range(repeats):
                coded = encoder.encode(blocks, repair)
            encoded = time.perf_counter()
            for _ in range(repeats):
                decoded = decoder.decode(coded, repair)
            end = time.perf_counter()
            assert [bytes(block) for block in decoded] == blocks
            print(encoded - start, end - encoded, flush=True)
        """;

    private readonly Process _process;

    public ZfecProcess()
    {
        try
        {
            _process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception failure)
        {
            throw new InvalidOperationException(Missing, failure);
        }
    }

    private static string Missing => "zfec is missing. Install the Debian package python3-zfec (apt-get install python3-zfec).";

    /// <summary>Seconds for computing K repair symbols, and for rebuilding the source from them.</summary>
    public (double Encode, double Decode) Measure(int k, int length, int repeats)
    {
        _process.StandardInput.WriteLine($"{k} {length} {repeats}");
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine()?.Split(' ')
            ?? throw new InvalidOperationException($"{Missing} It said: {_process.StandardError.ReadToEnd()}");
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
