"""How light the work became: what a run of the main job is measured by."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Relief:
    """The measure of it all: taps, messages, and whether `/missing` told the truth at every step."""

    taps_to_send: int = 0
    seconds_to_send: float = 0.0
    taps_to_report: int = 0
    prompt_messages: int = 0
    late_messages: int = 0
    checks: list[tuple[int, int]] = field(default_factory=list)

    def lines(self) -> list[str]:
        same = sum(said == true for said, true in self.checks)
        return [
            f"Từ khi thả công văn đến khi các đơn vị nhận: {self.taps_to_send} thao tác (mức ≤ 6), "
            f"{self.seconds_to_send:.1f} giây máy chạy (mức ≤ 3 phút)",
            f"Từ liên kết mời đến khi báo cáo được tính: {self.taps_to_report} thao tác (mức ≤ 4)",
            f"Đơn vị đúng hẹn nhận {self.prompt_messages} tin (mức ≤ 4), muộn {self.late_messages} tin (mức ≤ 8)",
            f"/missing khớp danh sách thật {same}/{len(self.checks)} lần",
        ]

    def holds(self) -> bool:
        return (
            self.taps_to_send <= 6
            and self.taps_to_report <= 4
            and self.prompt_messages <= 4
            and self.late_messages <= 8
            and all(said == true for said, true in self.checks)
        )
