using System.Text;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>A number for a name, the same in every process (FNV-1a).</summary>
internal static class NameSeed
{
    public static ulong Of(string name)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var value in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ value) * 0x100000001B3;
        return hash;
    }
}
