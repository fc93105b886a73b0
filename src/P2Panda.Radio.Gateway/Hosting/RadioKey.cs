using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The gateway's radio key: made at the first start, never part of an image, kept for life.</summary>
internal static class RadioKey
{
    /// <summary>Reads the key, or makes it when there is none.</summary>
    /// <param name="path">The key file.</param>
    /// <param name="marks">Where the airtime ledger is kept; it begins before the key does.</param>
    /// <exception cref="KeyFileException">It cannot be read or made.</exception>
    /// <exception cref="IOException">The ledger cannot be written.</exception>
    public static KeyPair ReadOrCreate(string path, IDurableMarks marks)
    {
        if (!File.Exists(path))
        {
            AirtimeLedger.Begin(marks, BootId.Read(), TimeProvider.System.GetElapsedTime(0));
        }

        return KeyFile.ReadOrCreate(path);
    }
}
