namespace P2Panda.Radio.Gateway.Display;

/// <summary>A small display on a board. Whoever opened it disposes it, which leaves it dark.</summary>
internal interface IStatusPanel : IDisposable
{
    /// <summary>Shows a screen in place of what was shown.</summary>
    /// <exception cref="IOException">The display does not answer.</exception>
    void Show(TextScreen screen);
}
