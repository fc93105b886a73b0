namespace P2Panda.Radio.Gateway.Api.Description;

/// <summary>A parameter of a call.</summary>
/// <param name="Name">Its name, in the path or the query.</param>
/// <param name="Description">What it says.</param>
/// <param name="Type">JSON Schema's word for its values: string, integer or boolean.</param>
/// <param name="Pattern">Regular expression its values match, if there is one.</param>
internal sealed record OpenApiParameter(string Name, string Description, string Type = "string", string? Pattern = null);
