namespace P2Panda.Radio.Gateway.Doctor;

/// <summary>How a check went.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but somebody should look at it.</summary>
    Warning,

    /// <summary>Keeps the gateway from working.</summary>
    Failed,

    /// <summary>Not looked at, because something else failed first or it does not apply.</summary>
    Skipped,
}
