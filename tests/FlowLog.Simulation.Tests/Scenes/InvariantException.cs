namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>Something happened that must not happen whatever fails.</summary>
internal sealed class InvariantException(string message) : Exception(message);
